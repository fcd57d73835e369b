#include "api/assistant.h"

#include <condition_variable>

#include "telemetry/log.h"
#include "tutor/library_index.h"

namespace groundwork::api {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;
namespace fs = std::filesystem;

namespace {

constexpr const char* kModel = "all-MiniLM-L6-v2";
/// Sentences and paragraphs whose vectors stay: some 40 MB.
constexpr std::size_t kTextsKept = 20'000;
/// Content is looked at so often; the library itself reads its files again at most once a second.
constexpr std::chrono::seconds kBetweenLooks{5};
/// The first page is served before the processor is taken for this.
constexpr std::chrono::milliseconds kBeforeTheFirst{700};

}  // namespace

Assistant::Assistant(const curriculum::Library& library, fs::path models, fs::path cache, fs::path data,
                     model::ChatModel* generator)
    : content_(&library),
      models_(std::move(models)),
      cache_(std::move(cache)),
      data_(std::move(data)),
      generator_(generator),
      preparing_([this](const std::stop_token& stop) { prepare(stop); }) {}

Assistant::~Assistant() = default;

void Assistant::set_state(std::string text) {
  const std::scoped_lock lock(mutex_);
  state_ = std::move(text);
}

Status Assistant::ready() const {
  if (ready_) return {};
  const std::scoped_lock lock(mutex_);
  return make_error(Code::kUnavailable, "search and answers are not ready: " + state_);
}

void Assistant::prepare(const std::stop_token& stop) {
  std::string revision;
  std::mutex waiting;
  std::condition_variable_any wake;
  const auto wait = [&](std::chrono::milliseconds time) {
    std::unique_lock hold(waiting);
    wake.wait_for(hold, stop, time, [] { return false; });
  };
  for (wait(kBeforeTheFirst); !stop.stop_requested(); wait(kBetweenLooks)) {
    const std::string now = content_->current()->revision;
    if (now != revision) {
      const Status prepared = prepare_once(stop);
      if (prepared.ok()) {
        revision = now;
        ready_ = true;
        read_library(stop);
      } else if (prepared.error().code != Code::kCancelled) {
        telemetry::log(telemetry::Level::kWarning, "search.not_ready", {{"error", prepared.error().chain()}});
        set_state(prepared.error().text());
      }
    }
  }
}

Status Assistant::prepare_once(const std::stop_token& stop) {
  if (embedder_ == nullptr) {
    std::error_code error;
    if (!fs::is_directory(models_ / kModel, error)) {
      return make_error(Code::kNotFound, "there is no model in " + (models_ / kModel).string() + "; ./up fetches it");
    }
    GW_TRY(embedder_, model::LocalEmbedder::open(models_ / kModel));
    reader_ = std::make_unique<model::CachedEmbedder>(*embedder_, kTextsKept);
  }
  const auto content = content_->current();
  GW_TRY(const fs::path folder, tutor::ensure_library_index(
                                    cache_, content_->root(), *content, *embedder_,
                                    [&](std::size_t done, std::size_t total) {
                                      set_state("the library is being indexed, " + std::to_string(done) + " of " +
                                                std::to_string(total) + " passages");
                                    },
                                    stop));
  GW_TRY(const auto index, search::Index::open(folder));
  {
    const std::scoped_lock lock(mutex_);
    library_ = index->snapshot();
  }
  library_folder_ = folder;
  if (reference_ != nullptr) return {};
  const fs::path reference = data_ / "reference.index";
  auto opened = search::Index::open(reference);
  if (!opened.ok() && opened.error().code == Code::kNotFound) {
    search::WriterOptions options;
    options.embedder = embedder_.get();
    GW_TRY(const auto writer, search::IndexWriter::open(reference, options));
    GW_CHECK_OK(writer->commit());
    opened = search::Index::open(reference);
  }
  if (!opened.ok()) return std::move(opened).error();
  reference_ = *std::move(opened);
  return {};
}

void Assistant::read_library(const std::stop_token& stop) {
  const auto snapshot = [this] {
    const std::scoped_lock lock(mutex_);
    return library_;
  }();
  auto vectors = tutor::ensure_text_vectors(library_folder_, *snapshot, *embedder_, {}, stop);
  if (vectors.ok()) {
    const std::scoped_lock lock(mutex_);
    vectors_ = *std::move(vectors);
  } else if (vectors.error().code != Code::kCancelled) {
    telemetry::log(telemetry::Level::kWarning, "search.no_vectors", {{"error", vectors.error().chain()}});
  }
}

std::shared_ptr<const tutor::TextVectors> Assistant::library_vectors() const {
  const std::scoped_lock lock(mutex_);
  return vectors_;
}

Result<std::shared_ptr<const search::Snapshot>> Assistant::library() {
  GW_CHECK_OK(ready());
  const std::scoped_lock lock(mutex_);
  return library_;
}

Result<std::shared_ptr<const search::Snapshot>> Assistant::reference() {
  GW_CHECK_OK(ready());
  return reference_->snapshot();
}

Result<std::vector<Assistant::Refused>> Assistant::add_reference(std::vector<search::Document> documents) {
  GW_CHECK_OK(ready());
  const std::scoped_lock lock(reference_mutex_);
  search::WriterOptions options;
  options.embedder = embedder_.get();
  GW_TRY(const auto writer, search::IndexWriter::open(reference_->folder(), options));
  std::vector<Refused> refused;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (auto added = writer->add(std::move(documents[i])); !added.ok())
      refused.push_back({i, std::move(added).error()});
  }
  GW_CHECK_OK(writer->commit());
  GW_CHECK_OK(reference_->refresh());
  return refused;
}

}  // namespace groundwork::api
