#include "api/platform.h"

namespace groundwork::api {

base::Result<std::unique_ptr<Platform>> Platform::open(PlatformOptions options) {
  std::unique_ptr<Platform> platform(new Platform(std::move(options)));
  GW_TRY(platform->library_, curriculum::Library::open(platform->options_.content));
  GW_TRY(platform->ledger_, ledger::Ledger::open(platform->options_.data));
  platform->study_ = std::make_unique<assess::Study>(*platform->library_, *platform->ledger_, platform->clock_);
  platform->quizzes_ = std::make_unique<assess::Quizzes>(*platform->study_);
  platform->runs_ = std::make_unique<assess::Runs>(*platform->study_, platform->options_.labs);
  return platform;
}

}  // namespace groundwork::api
