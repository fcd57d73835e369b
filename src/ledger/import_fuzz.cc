#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "base/file.h"
#include "ledger/jsonl.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace groundwork;
  static const auto folder = base::TemporaryFolder::create("gw-fuzz").value();
  static const auto ledger = ledger::Ledger::open(folder.path()).value();
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  // A check that refuses every fact: the parsing is what is fuzzed, and the ledger must stay empty.
  const auto refused = ledger::import_jsonl(*ledger, in, "", [](const ledger::NewFact&) {
    return base::Status(base::make_error(base::Code::kInvalidArgument, "refused"));
  });
  if (refused.ok() && refused->facts > 0) std::abort();
  return 0;
}
