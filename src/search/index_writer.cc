#include "search/index_writer.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "search/stage_trust.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;
namespace fs = std::filesystem;

namespace {

constexpr const char* kLockName = "LOCK";
constexpr std::size_t kTextsABatch = 64;

std::string file_name(std::string_view kind, Manifest& next) {
  std::string number = std::to_string(next.next_file++);
  if (number.size() < 6) number.insert(0, 6 - number.size(), '0');
  return std::string(kind) + "-" + number + ".gws";
}

Status check_shape(const std::vector<std::vector<float>>& vectors, std::size_t texts, std::size_t dimensions) {
  const bool good = vectors.size() == texts &&
                    std::ranges::all_of(vectors, [&](const auto& one) { return one.size() == dimensions; });
  if (good) return {};
  return make_error(Code::kUnavailable, "the embedder did not give " + std::to_string(texts) + " vectors of " +
                                            std::to_string(dimensions) + " numbers");
}

base::Error cancelled() { return make_error(Code::kCancelled, "indexing was cancelled; the index is as it was"); }

}  // namespace

std::string embedded_text(const Document& document) {
  return document.title.empty() ? document.text : document.title + "\n" + document.text;
}

Result<std::unique_ptr<IndexWriter>> IndexWriter::locked(const fs::path& folder, const WriterOptions& options) {
  GW_CHECK_OK(base::create_folders(folder));
  std::unique_ptr<IndexWriter> writer(new IndexWriter(folder, options));
  const fs::path path = folder / kLockName;
  writer->lock_.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!writer->lock_.valid()) return base::errno_error(errno, "open " + path.string());
  if (::flock(writer->lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    return make_error(Code::kUnavailable, "another program is writing the index in " + folder.string());
  }
  writer->start_empty();
  return writer;
}

void IndexWriter::start_empty() {
  manifest_ = {};
  manifest_.title_weight = options_.title_weight;
  manifest_.embedder = options_.embedder != nullptr ? options_.embedder->name() : "";
  manifest_.dimensions = options_.embedder != nullptr ? options_.embedder->dimensions() : 0;
  kept_.clear();
}

Result<std::unique_ptr<IndexWriter>> IndexWriter::open(const fs::path& folder, const WriterOptions& options) {
  GW_TRY(auto writer, locked(folder, options));
  auto manifest = read_manifest(folder);
  if (!manifest.ok() && manifest.error().code == Code::kNotFound) return writer;
  if (!manifest.ok()) return std::move(manifest).error();
  if (manifest->embedder != writer->manifest_.embedder) {
    const auto named = [](const std::string& name) {
      return name.empty() ? std::string("no model") : "'" + name + "'";
    };
    return make_error(Code::kFailedPrecondition,
                      "the index in " + folder.string() + " was made with " + named(manifest->embedder) +
                          ", not with " + named(writer->manifest_.embedder) + "; index again, or use the same");
  }
  GW_CHECK_OK(writer->keep(*manifest));
  writer->remove_leftovers();
  return writer;
}

Result<std::unique_ptr<IndexWriter>> IndexWriter::begin_anew(const fs::path& folder, const WriterOptions& options) {
  GW_TRY(auto writer, locked(folder, options));
  // Generations and file names go on, so that readers see that it changed and no file is written over.
  if (const auto before = read_manifest(folder); before.ok()) {
    writer->manifest_.generation = before->generation;
    writer->manifest_.next_file = before->next_file;
  } else if (before.error().code != Code::kNotFound) {
    writer->manifest_.next_file = 1'000'000;  // of a manifest that can't be read; readers of its files have them open
  }
  return writer;
}

Status IndexWriter::keep(const Manifest& manifest) {
  std::map<std::string, std::weak_ptr<const Segment>> known;
  for (const Kept& one : kept_) known[one.entry.file] = one.segment;
  GW_TRY(const std::vector<LiveSegment> segments, open_segments(folder_, manifest, known));
  std::vector<Kept> kept;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const LiveSegment& one = segments[i];
    Bitmap live = one.live != nullptr ? *one.live : Bitmap(one.segment->rows(), true);
    kept.push_back({one.segment, manifest.segments[i], std::move(live), false});
  }
  kept_ = std::move(kept);
  manifest_ = manifest;
  return {};
}

Status IndexWriter::add(Document document) {
  GW_CHECK_OK(check_document(document));
  const std::string id = document.id;
  if (!waiting_.add(std::move(document))) return make_error(Code::kAlreadyExists, "the id '" + id + "' is there twice");
  return {};
}

bool IndexWriter::remove(std::string_view id) {
  if (waiting_.remove(id)) return true;
  for (Kept& one : kept_) {
    const auto row = one.segment->find(id);
    if (!row || !one.live.test(*row)) continue;
    one.live.reset(*row);
    one.changed = true;
    return true;
  }
  return false;
}

Status IndexWriter::commit(const Progress& progress, std::stop_token stop) {
  auto next = write(progress, stop);
  Status written = next.ok() ? write_manifest(folder_, *next) : Status(next.error());
  if (written.ok()) {
    waiting_.clear();
    written = keep(*next);
  }
  remove_leftovers();
  return written;
}

Result<Manifest> IndexWriter::write(const Progress& progress, const std::stop_token& stop) {
  const std::vector<Document>& waiting = waiting_.all();
  Manifest next = manifest_;
  ++next.generation;
  std::vector<Kept> segments = kept_;
  for (Kept& one : segments) {
    for (const Document& document : waiting) {
      const auto row = one.segment->find(document.id);
      if (!row || !one.live.test(*row)) continue;
      one.live.reset(*row);
      one.changed = true;
    }
  }
  GW_TRY(std::vector<Kept> added, write_waiting(waiting, next, progress, stop));
  std::ranges::move(added, std::back_inserter(segments));
  std::erase_if(segments, [](const Kept& one) { return one.live.count() == 0; });
  if (segments.size() > options_.segments_at_most) GW_CHECK_OK(merge_smallest(segments, next, stop));
  next.segments.clear();
  for (Kept& one : segments) {
    if (one.changed) GW_CHECK_OK(write_deleted(one, next));
    next.segments.push_back(one.entry);
  }
  GW_CHECK_OK(learn(segments, next));
  return next;
}

Result<std::vector<IndexWriter::Kept>> IndexWriter::write_waiting(const std::vector<Document>& waiting, Manifest& next,
                                                                  const Progress& progress,
                                                                  const std::stop_token& stop) const {
  std::vector<Kept> added;
  const auto end_of = [&](std::size_t begin) { return std::min(begin + options_.rows_a_segment, waiting.size()); };
  std::size_t total = waiting.size();
  for (std::size_t begin = 0; begin < waiting.size(); begin = end_of(begin)) {
    if (gets_graph(end_of(begin) - begin, next)) total += end_of(begin) - begin;
  }
  std::size_t done = 0;
  for (std::size_t begin = 0; begin < waiting.size(); begin = end_of(begin)) {
    const std::size_t end = end_of(begin);
    SegmentBuilder builder(next.title_weight, next.dimensions);
    for (std::size_t i = begin; i < end; i += kTextsABatch) {
      if (stop.stop_requested()) return cancelled();
      const std::size_t batch_end = std::min(i + kTextsABatch, end);
      std::vector<std::vector<float>> vectors(batch_end - i);
      if (options_.embedder != nullptr) {
        std::vector<std::string> texts;
        for (std::size_t k = i; k < batch_end; ++k) texts.push_back(embedded_text(waiting[k]));
        GW_TRY(vectors, options_.embedder->embed(texts));
        GW_CHECK_OK(check_shape(vectors, texts.size(), next.dimensions));
      }
      for (std::size_t k = i; k < batch_end; ++k) builder.add(waiting[k], vectors[k - i]);
      done += batch_end - i;
      if (progress) progress(done, total);
    }
    const auto linked = [&](std::size_t nodes, std::size_t) {
      if (progress) progress(done + nodes, total);
    };
    const std::size_t steps = gets_graph(end - begin, next) ? end - begin : 0;
    GW_TRY(Kept segment, write_segment(std::move(builder), next, linked, stop));
    added.push_back(std::move(segment));
    done += steps;
  }
  return added;
}

Result<IndexWriter::Kept> IndexWriter::write_segment(SegmentBuilder builder, Manifest& next,
                                                     const GraphProgress& progress, const std::stop_token& stop) const {
  if (gets_graph(builder.rows(), next)) {
    const Status made = builder.make_graph(options_.graph, progress, stop);
    if (!made.ok()) return made.error().code == Code::kCancelled ? cancelled() : made.error();
  }
  const ManifestSegment entry{file_name("seg", next), ""};
  GW_CHECK_OK(std::move(builder).finish().write(folder_ / entry.file));
  GW_TRY(auto file, SegmentFile::open(folder_ / entry.file));
  GW_TRY(auto segment, Segment::open(std::move(file)));
  Bitmap live(segment->rows(), true);
  return Kept{std::move(segment), entry, std::move(live), false};
}

Status IndexWriter::merge_smallest(std::vector<Kept>& segments, Manifest& next, const std::stop_token& stop) const {
  std::vector<std::size_t> by_size(segments.size());
  for (std::size_t i = 0; i < by_size.size(); ++i) by_size[i] = i;
  std::ranges::stable_sort(by_size, {}, [&](std::size_t i) { return segments[i].live.count(); });
  // Half of those allowed become one: a document is written again a few times in the life of an index, not each time.
  by_size.resize(segments.size() - options_.segments_at_most / 2);
  std::ranges::sort(by_size);
  SegmentBuilder builder(next.title_weight, next.dimensions);
  for (const std::size_t i : by_size) {
    for (Row row = 0; row < segments[i].segment->rows(); ++row) {
      if (!segments[i].live.test(row)) continue;
      GW_TRY(const Document document, segments[i].segment->document(row));
      builder.add(document, segments[i].segment->vectors().row(row));
    }
  }
  GW_TRY(Kept merged, write_segment(std::move(builder), next, {}, stop));
  segments[by_size.front()] = std::move(merged);
  for (std::size_t i = by_size.size(); i-- > 1;)
    segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(by_size[i]));
  return {};
}

Status IndexWriter::learn(const std::vector<Kept>& segments, Manifest& next) const {
  if (next.dimensions == 0) return {};  // one stage has nothing to be weighed against
  std::vector<LiveSegment> live;
  for (const Kept& one : segments) live.push_back({one.segment, std::make_shared<const Bitmap>(one.live), 0});
  GW_TRY(const StageTrust trust, learn_trust(live));
  next.properties["lexical_trust"] = trust.lexical;
  return {};
}

Status IndexWriter::write_deleted(Kept& segment, Manifest& next) const {
  Bitmap deleted = segment.live;
  deleted.flip();
  std::vector<Row> rows;
  deleted.for_each([&](Row row) { rows.push_back(row); });
  segment.entry.deleted = file_name("del", next);
  SegmentFileWriter writer;
  writer.add_array<Row>("deleted", rows);
  return writer.write(folder_ / segment.entry.deleted);
}

void IndexWriter::remove_leftovers() const {
  // Only beside a manifest that can be read: else nobody knows what is left over.
  const auto manifest = read_manifest(folder_);
  if (!manifest.ok() && manifest.error().code != Code::kNotFound) return;
  std::set<std::string> named;
  if (manifest.ok()) {
    for (const ManifestSegment& segment : manifest->segments) named.insert({segment.file, segment.deleted});
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    const bool ours = (name.starts_with("seg-") || name.starts_with("del-")) && name.find(".gws") != std::string::npos;
    const bool unfinished = name.starts_with(std::string(kManifestName) + ".");  // of a writer that was killed
    if (unfinished || (ours && !named.contains(name))) fs::remove(entry.path(), error);
  }
}

}  // namespace groundwork::search
