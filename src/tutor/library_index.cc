#include "tutor/library_index.h"

#include <algorithm>

#include "base/file.h"
#include "base/hash.h"
#include "search/analyzer.h"
#include "search/ingest.h"
#include "tutor/evidence.h"

namespace groundwork::tutor {

using base::Result;
using base::Status;

namespace {

/// Sections stand for themselves, so that a page's warnings are not one passage with its answers.
constexpr std::size_t kShortestSection = 8;
constexpr std::size_t kNoLimit = std::size_t{1} << 30;
/// Changes when the same pages become other passages.
constexpr std::string_view kPassages = "3";
constexpr const char* kTextVectors = "sentences.gws";
constexpr std::string_view kAside = "aside";

struct IndexedPage {
  std::string_view kind;
  const curriculum::Page* page;
};

std::vector<IndexedPage> pages_of(const curriculum::Curriculum& content) {
  std::vector<IndexedPage> pages;
  for (const auto& [id, page] : content.explainers) pages.push_back({"explainer", &page});
  for (const auto& [id, remedial] : content.remedials) pages.push_back({"remedial", &remedial.page});
  for (const auto& [id, page] : content.interview_packs) pages.push_back({"interview", &page});
  return pages;
}

/// Sections that show what is wrong, or what others ask: found by a search, and never quoted as an answer.
bool is_aside(const search::Document& passage) {
  return passage.title.ends_with("What sinks the answer") || passage.title.ends_with("How an interviewer asks");
}

/// Sections that are written as the answer to their heading.
bool is_answer(const search::Document& passage) { return passage.title.ends_with("Short answer (30 seconds)"); }

std::string state_of(const std::vector<IndexedPage>& pages, const std::string& embedder) {
  std::string all = std::string(kPassages) + " " + std::to_string(search::Analyzer::kVersion) + " " + embedder;
  for (const IndexedPage& one : pages)
    all += "\n" + std::string(one.kind) + " " + one.page->id + " " + one.page->revision;
  return base::sha256_hex(all);
}

Status add_page(search::IndexWriter& writer, const IndexedPage& indexed, const std::filesystem::path& root,
                const curriculum::Curriculum& content, const search::IngestOptions& options) {
  const curriculum::Page& page = *indexed.page;
  GW_TRY(std::string bytes, base::read_file(root / page.file));
  const std::string id = std::string(indexed.kind) + ":" + page.id;
  GW_TRY(std::vector<search::Document> passages,
         search::passages_of({id, page.title, text::Format::kMarkdown, std::move(bytes)}, options));
  const curriculum::Module* module = content.module(page.module);
  for (search::Document& passage : passages) {
    const std::string_view role = is_aside(passage) ? kAside : is_answer(passage) ? "answer" : "text";
    passage.metadata = {{"kind", indexed.kind}, {"page", page.id}, {"module", page.module}, {"role", role}};
    if (module != nullptr) passage.metadata["week"] = module->week;
    passage.place["path"] = page.file;
    GW_CHECK_OK(writer.add(std::move(passage)));
  }
  return {};
}

}  // namespace

Result<std::filesystem::path> ensure_library_index(
    const std::filesystem::path& indexes, const std::filesystem::path& root, const curriculum::Curriculum& content,
    model::LocalEmbedder& embedder, const search::IndexWriter::Progress& progress, std::stop_token stop) {
  const std::vector<IndexedPage> pages = pages_of(content);
  const std::filesystem::path folder = indexes / ("library-" + state_of(pages, embedder.name()).substr(0, 16));
  if (const auto manifest = search::read_manifest(folder); manifest.ok() && manifest->generation > 0) return folder;
  search::WriterOptions writing;
  writing.embedder = &embedder;
  GW_TRY(const auto writer, search::IndexWriter::begin_anew(folder, writing));
  search::IngestOptions options;
  options.count_tokens = [&embedder](std::string_view text) {
    return embedder.tokenizer().encode(text, kNoLimit).size();
  };
  options.chunks.min_tokens = kShortestSection;
  for (const IndexedPage& page : pages) GW_CHECK_OK(add_page(*writer, page, root, content, options));
  GW_CHECK_OK(writer->commit(progress, stop));
  return folder;
}

Result<std::shared_ptr<const TextVectors>> ensure_text_vectors(const std::filesystem::path& folder,
                                                               const search::Snapshot& snapshot,
                                                               model::Embedder& embedder,
                                                               const EmbeddingProgress& progress,
                                                               const std::stop_token& stop) {
  const std::filesystem::path file = folder / kTextVectors;
  if (auto open = TextVectors::open(file, embedder); open.ok()) return open;
  std::vector<std::string> texts;
  for (search::Row row = 0; row < snapshot.rows(); ++row) {
    GW_TRY(search::Document document, snapshot.document(row));
    if (base::string_or(document.metadata, "role") == kAside) continue;
    std::ranges::move(texts_of(std::move(document)), std::back_inserter(texts));
  }
  GW_CHECK_OK(TextVectors::write(file, std::move(texts), embedder, progress, stop));
  return TextVectors::open(file, embedder);
}

search::Filter quotable() { return {{{"role", search::Condition::Kind::kIn, {"answer", "text"}, 0, 0, false, false}}}; }

}  // namespace groundwork::tutor
