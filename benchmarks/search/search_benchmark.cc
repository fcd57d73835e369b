// Our side of benchmarks/search: reads what search_benchmark.py made, then does what it is told on each line of the
// standard input and answers with a line of JSON. So both sides take turns in one run, and each times itself.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/file.h"
#include "base/json.h"
#include "base/random.h"
#include "model/local_embedder.h"
#include "search/dense_search.h"
#include "search/index_writer.h"
#include "search/lexical_search.h"
#include "search/searcher.h"

namespace {

using namespace groundwork::search;
namespace base = groundwork::base;
namespace json = base::json;
namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "search_benchmark: %s\n", what.c_str());
  std::exit(1);
}

template <typename T>
T value_of(base::Result<T> result) {
  if (!result.ok()) fail(result.error().text());
  return *std::move(result);
}

void must(const base::Status& status) {
  if (!status.ok()) fail(status.error().text());
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file(path);
  if (!file) fail("expected a file " + path.string());
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::vector<float> floats_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) fail("expected a file " + path.string());
  std::vector<float> values(static_cast<std::size_t>(file.tellg()) / sizeof(float));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(float)));
  return values;
}

void answer(const json::object& line) { std::cout << json::serialize(line) << std::endl; }

json::array rows_json(std::span<const Hit> hits) {
  json::array rows;
  for (const Hit& hit : hits) rows.push_back(hit.row);
  return rows;
}

/// Times `one` on each of `count` queries, after each other on this thread, and answers what it found.
template <typename F>
void timed(std::size_t count, F&& one, json::object line = {}) {
  std::vector<std::vector<Hit>> found;
  found.reserve(count);
  const auto start = Clock::now();
  for (std::size_t i = 0; i < count; ++i) found.push_back(one(i));
  line["seconds"] = seconds_since(start);
  json::array rows;
  for (const auto& hits : found) rows.push_back(rows_json(hits));
  line["rows"] = std::move(rows);
  answer(line);
}

/// Words parted by blanks; each must be one term of ours as it is, or the peers would look for something else.
std::vector<std::vector<WeightedTerm>> queries_of(const fs::path& path, const LexicalIndex& index) {
  std::vector<std::vector<WeightedTerm>> queries;
  for (const std::string& line : lines_of(path)) {
    std::istringstream words(line);
    auto& query = queries.emplace_back();
    for (std::string word; words >> word;) {
      const auto id = index.find(word);
      if (!id) fail("'" + word + "' is not a term of the index");
      query.push_back({word, inverse_document_frequency(index.rows(), index.documents(*id))});
    }
  }
  return queries;
}

int lexical(const fs::path& folder) {
  const auto start = Clock::now();
  LexicalBuilder builder;
  for (const std::string& line : lines_of(folder / "documents.txt")) builder.add("", line);
  SegmentFileWriter writer;
  std::move(builder).finish(writer);
  const LexicalIndex index = value_of(LexicalIndex::open(value_of(SegmentFile::parse(writer.bytes(), "documents"))));
  Bm25 bm25;
  bm25.average_length = static_cast<double>(index.total_length()) / static_cast<double>(index.rows());
  const auto queries = queries_of(folder / "queries.txt", index);
  answer({{"documents", index.rows()}, {"words", index.total_length()}, {"build_seconds", seconds_since(start)}});
  for (std::string line; std::getline(std::cin, line);) {
    timed(queries.size(), [&](std::size_t i) { return best_rows(index, queries[i], bm25, 10); });
  }
  return 0;
}

Filter equal(const std::string& key, const std::vector<std::string>& values) {
  return {{{key, Condition::Kind::kIn, values, 0, 0, false, false}}};
}

struct NamedFilter {
  std::string name;
  Filter filter;
  Filter same;  ///< allows the same rows, and is written otherwise
};

int vectors(const fs::path& folder, std::size_t dimensions) {
  const std::vector<float> values = floats_of(folder / "base.f32");
  const std::vector<float> queries = floats_of(folder / "queries.f32");
  base::Random random(1);
  SegmentBuilder builder(1, dimensions);
  for (std::size_t row = 0; row < values.size() / dimensions; ++row) {
    const std::uint64_t number = random.below(100);
    builder.add(
        {"d" + std::to_string(row), "", "", {{"half", number % 2}, {"tenth", number % 10}, {"number", number}}, {}},
        {values.data() + row * dimensions, dimensions});
  }
  const auto start = Clock::now();
  HnswOptions options;
  options.threads = 2;
  must(builder.make_graph(options));
  const double build_seconds = seconds_since(start);
  const auto segment =
      value_of(Segment::open(value_of(SegmentFile::parse(std::move(builder).finish().bytes(), "vectors"))));
  answer({{"rows", segment->rows()}, {"build_seconds", build_seconds}});
  const std::size_t count = queries.size() / dimensions;
  const auto query = [&](std::size_t i) { return std::span<const float>(queries).subspan(i * dimensions, dimensions); };
  const std::vector<NamedFilter> filters = {
      {"50", equal("half", {"1"}), equal("tenth", {"1", "3", "5", "7", "9"})},
      {"10", equal("tenth", {"3"}), equal("number", {"3", "13", "23", "33", "43", "53", "63", "73", "83", "93"})},
      {"1", equal("number", {"7"}), {{equal("number", {"7", "8"}).conditions[0], equal("half", {"1"}).conditions[0]}}}};
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command;
    std::string name;
    std::size_t ef = 0;
    words >> command >> name >> ef;
    if (command == "all") {
      const Bitmap all(segment->rows(), true);
      ef = std::stoul(name);
      timed(count, [&](std::size_t i) { return nearest_rows(*segment, query(i), 10, all, ef); });
      continue;
    }
    const auto named = std::ranges::find(filters, name, &NamedFilter::name);
    const Bitmap allowed = segment->metadata().rows(command == "same" ? named->same : named->filter);
    if (command == "exact") ef = kExact;
    timed(count, [&](std::size_t i) { return nearest_rows(*segment, query(i), 10, allowed, ef); },
          {{"allowed", allowed.count()}});
  }
  return 0;
}

/// Passages made of real sentences: the vector of one is the mean of its sentences' plus noise. Texts that are not
/// passages are embedded as they are.
class PassageEmbedder final : public groundwork::model::Embedder {
 public:
  PassageEmbedder(groundwork::model::Embedder& model, const std::vector<std::string>& sentences)
      : model_(&model), vectors_(value_of(model.embed(sentences))) {}

  /// The next texts that are embedded are these passages, as often as there are.
  void expect(std::vector<std::vector<std::size_t>> passages) { passages_ = std::move(passages); }

  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override {
    if (next_ == passages_.size()) return model_->embed(texts);
    std::vector<std::vector<float>> out;
    for (std::size_t i = 0; i < texts.size(); ++i) out.push_back(vector_of(passages_[next_++]));
    return out;
  }
  std::size_t dimensions() const override { return model_->dimensions(); }
  std::string name() const override { return model_->name(); }

 private:
  std::vector<float> vector_of(const std::vector<std::size_t>& passage) {
    constexpr double kNoise = 0.02;
    std::vector<float> sum(dimensions());
    double squares = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
      for (const std::size_t sentence : passage) sum[i] += vectors_[sentence][i];
      sum[i] += static_cast<float>(kNoise * (random_.unit() + random_.unit() - 1)) * static_cast<float>(passage.size());
      squares += static_cast<double>(sum[i]) * static_cast<double>(sum[i]);
    }
    for (float& value : sum) value /= static_cast<float>(std::sqrt(squares));
    return sum;
  }

  groundwork::model::Embedder* model_;
  std::vector<std::vector<float>> vectors_;
  std::vector<std::vector<std::size_t>> passages_;
  std::size_t next_ = 0;
  base::Random random_{1};
};

int hybrid(const fs::path& folder, const fs::path& model_folder) {
  const auto model = value_of(groundwork::model::LocalEmbedder::open(model_folder));
  const std::vector<std::string> sentences = lines_of(folder / "sentences.txt");
  PassageEmbedder embedder(*model, sentences);
  WriterOptions options;
  options.embedder = &embedder;
  const auto writer = value_of(IndexWriter::begin_anew(folder / "index", options));
  std::vector<std::vector<std::size_t>> passages;
  for (const std::string& line : lines_of(folder / "passages.txt")) {
    std::istringstream numbers(line);
    auto& passage = passages.emplace_back();
    Document document{"p" + std::to_string(passages.size()), "", "", {}, {}};
    for (std::size_t number = 0; numbers >> number;) {
      passage.push_back(number);
      document.text += sentences[number] + " ";
    }
    must(writer->add(std::move(document)));
  }
  embedder.expect(std::move(passages));
  const auto start = Clock::now();
  must(writer->commit());
  const double build_seconds = seconds_since(start);
  const auto opening = Clock::now();
  const auto index = value_of(Index::open(folder / "index"));
  answer({{"documents", index->snapshot()->documents()},
          {"segments", index->snapshot()->segments().size()},
          {"build_seconds", build_seconds},
          {"open_seconds", seconds_since(opening)}});
  const std::vector<std::string> questions = lines_of(folder / "questions.txt");
  const Searcher searcher(index->snapshot(), model.get());
  for (std::string line; std::getline(std::cin, line);) {
    json::array times;
    json::array embedding;
    std::size_t hits = 0;
    for (const std::string& question : questions) {
      const auto begin = Clock::now();
      SearchRequest request;
      request.query = question;
      hits += value_of(searcher.search(request)).hits.size();
      times.push_back(seconds_since(begin));
      const auto embedded = Clock::now();
      static_cast<void>(value_of(model->embed({&question, 1})));
      embedding.push_back(seconds_since(embedded));
    }
    answer({{"seconds", std::move(times)}, {"embedding", std::move(embedding)}, {"hits", hits}});
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string task = argc > 2 ? argv[1] : "";
  if (task == "lexical") return lexical(argv[2]);
  if (task == "vectors" && argc > 3) return vectors(argv[2], std::stoul(argv[3]));
  if (task == "hybrid" && argc > 3) return hybrid(argv[2], argv[3]);
  fail("expected lexical FOLDER, vectors FOLDER DIMENSIONS, or hybrid FOLDER MODEL");
}
