#include "search/ingest.h"

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "text/decode.h"
#include "text/unicode.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
namespace fs = std::filesystem;
namespace json = base::json;

namespace {

constexpr std::array<std::string_view, 11> kEndings = {".md",  ".markdown", ".mdx", ".html", ".htm", ".xhtml",
                                                       ".txt", ".text",     ".rst", ".org",  ".pdf"};

std::string ending_of(std::string_view path) {
  std::string ending = fs::path(path).extension().string();
  std::ranges::transform(ending, ending.begin(), text::ascii_lower);
  return ending;
}

bool is_hidden(std::string_view path) { return path.starts_with(".") || path.find("/.") != std::string_view::npos; }

json::array json_of(const std::vector<text::Piece>& pieces) {
  json::array out;
  for (const text::Piece& piece : pieces) {
    out.push_back(
        json::array{piece.text.begin, piece.text.end, piece.source.begin, piece.source.end, piece.verbatim ? 1 : 0});
  }
  return out;
}

/// The stretches of a passage's text that are sentences: neither code nor headings nor rows of tables.
json::array prose_of(const text::Chunk& chunk) {
  json::array out;
  for (const text::Part& part : chunk.parts) {
    const bool prose = part.kind == text::BlockKind::kParagraph || part.kind == text::BlockKind::kItem;
    if (prose) out.push_back(json::array{part.text.begin, part.text.end});
  }
  return out;
}

/// The document's title and the headings above the passage, each once.
std::string title_of(const std::string& document_title, const text::Chunk& chunk) {
  std::string title = document_title;
  for (const std::string& heading : chunk.heading_path) {
    if (heading == document_title || heading.empty()) continue;
    title += (title.empty() ? "" : " › ") + heading;
  }
  return title;
}

/// A document's own title: its first heading, if it begins with one.
std::string first_heading(const std::vector<text::Chunk>& chunks) {
  return chunks.empty() || chunks.front().heading_path.empty() ? "" : chunks.front().heading_path.front();
}

Result<std::vector<Document>> read_document(const fs::path& root, const std::string& path, const IngestOptions& options,
                                            std::stop_token stop) {
  text::SourceDocument source;
  source.id = path;
  JoinedPages pages;
  if (ending_of(path) == ".pdf") {
    GW_TRY(const std::vector<PageText> read, extract_pdf_file(root / path, options.pdf, stop));
    pages = join(read);
    source.bytes = pages.text;
    source.format = text::Format::kPlain;
  } else {
    GW_TRY(text::Decoded decoded, text::decode_file(root / path));
    source.bytes = std::move(decoded.text);
    source.format = text::format_of(path);
  }
  GW_TRY(std::vector<Document> passages, passages_of(source, options));
  if (!pages.begins.empty()) {
    for (Document& passage : passages) {
      passage.place["page"] = pages.page_at(static_cast<std::size_t>(base::int_or(passage.place, "start", 0)));
    }
  }
  return passages;
}

}  // namespace

bool is_document_name(std::string_view path) { return std::ranges::find(kEndings, ending_of(path)) != kEndings.end(); }

Result<std::vector<Document>> passages_of(const text::SourceDocument& document, const IngestOptions& options) {
  GW_TRY(const std::vector<text::Chunk> chunks, text::chunk(document, options.chunks, options.count_tokens));
  const std::string title = document.title.empty() ? first_heading(chunks) : document.title;
  const std::string hash = base::sha256_hex(document.bytes);
  std::vector<Document> passages;
  for (const text::Chunk& chunk : chunks) {
    Document passage;
    passage.id = document.id + "#" + std::to_string(passages.size() + 1);
    passage.title = title_of(title, chunk);
    passage.text = chunk.text;
    passage.metadata = {{"path", document.id}};
    passage.place = {{"path", document.id},
                     {"sha256", hash},
                     {"start", chunk.source.begin},
                     {"end", chunk.source.end},
                     {"headings", json::value_from(chunk.heading_path)},
                     {"anchor", chunk.anchor},
                     {"overlap", chunk.overlap},
                     {"prose", prose_of(chunk)},
                     {"pieces", json_of(chunk.pieces)}};
    passages.push_back(std::move(passage));
  }
  return passages;
}

Result<IngestReport> ingest_folder(const fs::path& folder, const IngestOptions& options, const Sink& sink,
                                   const IngestProgress& progress, std::stop_token stop) {
  GW_TRY(std::vector<std::string> files, base::list_files(folder));
  IngestReport report;
  std::erase_if(files, [](const std::string& path) { return is_hidden(path); });
  report.ignored = std::erase_if(files, [](const std::string& path) { return !is_document_name(path); });
  std::size_t done = 0;
  for (const std::string& path : files) {
    if (stop.stop_requested()) return make_error(Code::kCancelled, "reading " + folder.string() + " was cancelled");
    if (progress) progress(done++, files.size(), path);
    if (!base::is_utf8(path)) {
      report.skipped.push_back(
          {base::clip(path, path.size() * 3), make_error(Code::kInvalidArgument, "its name is not UTF-8")});
      continue;
    }
    auto passages = read_document(folder, path, options, stop);
    if (!passages.ok()) {
      report.skipped.push_back({path, std::move(passages).error()});
      continue;
    }
    if (passages->empty()) {
      report.skipped.push_back({path, make_error(Code::kInvalidArgument, "it has no text")});
      continue;
    }
    for (Document& passage : *passages) GW_CHECK_OK(sink(std::move(passage)));
    report.passages += passages->size();
    ++report.files;
  }
  if (report.files == 0) {
    const std::string why =
        report.skipped.empty() ? "" : "; " + report.skipped.front().path + ": " + report.skipped.front().error.text();
    return make_error(Code::kInvalidArgument, "expected documents (.md, .html, .txt, .pdf) in " + folder.string() +
                                                  ", found " + std::to_string(report.skipped.size()) +
                                                  " that can't be read and " + std::to_string(report.ignored) +
                                                  " other files" + why);
  }
  return report;
}

}  // namespace groundwork::search
