#include "search/lexical_search.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"
#include "search/lexical_builder.h"
#include "search/query.h"
#include "search/testing.h"

namespace groundwork::search {
namespace {

constexpr std::uint32_t kTitleWeight = 2;

/// BM25 as the header defines it, document by document.
class NaiveIndex {
 public:
  explicit NaiveIndex(const std::vector<Document>& documents) {
    Analyzer analyzer;
    for (const Document& document : documents) {
      std::map<std::string, std::uint32_t> counts;
      for (const Token& token : analyzer.analyze(document.title)) counts[token.term] += kTitleWeight;
      double length = kTitleWeight * static_cast<double>(analyzer.length());
      for (const Token& token : analyzer.analyze(document.text)) ++counts[token.term];
      length += static_cast<double>(analyzer.length());
      total_ += length;
      counts_.push_back(std::move(counts));
      lengths_.push_back(length);
    }
  }

  double average() const { return total_ / static_cast<double>(lengths_.size()); }

  std::vector<double> scores(const std::vector<WeightedTerm>& terms, const Bm25& bm25) const {
    std::vector<double> all;
    for (std::size_t row = 0; row < counts_.size(); ++row) {
      double score = 0;
      for (const WeightedTerm& term : terms) {
        const auto found = counts_[row].find(term.term);
        if (found == counts_[row].end()) continue;
        const double tf = found->second;
        score += term.weight * tf / (tf + bm25.k1 * (1 - bm25.b + bm25.b * lengths_[row] / bm25.average_length));
      }
      all.push_back(score);
    }
    return all;
  }

 private:
  std::vector<std::map<std::string, std::uint32_t>> counts_;
  std::vector<double> lengths_;
  double total_ = 0;
};

std::shared_ptr<const SegmentFile> built(const std::vector<Document>& documents) {
  LexicalBuilder builder(kTitleWeight);
  for (const Document& document : documents) builder.add(document.title, document.text);
  SegmentFileWriter writer;
  std::move(builder).finish(writer);
  return SegmentFile::parse(writer.bytes(), "test").value();
}

TEST(LexicalSearch, FindsTheSameRowsAsScoringEveryDocument) {
  const std::vector<Document> documents = random_documents(3'000, 1);
  const LexicalIndex index = LexicalIndex::open(built(documents)).value();
  const NaiveIndex naive(documents);
  Bm25 bm25;
  bm25.average_length = naive.average();
  base::Random random(2);
  for (int run = 0; run < 300; ++run) {
    std::vector<WeightedTerm> terms;
    std::map<std::string, bool> used;
    for (std::uint64_t i = 0; i < 1 + random.below(6); ++i) {
      const std::string term = "w" + std::to_string(random.below(420)) + "x";
      if (!used[term]) terms.push_back({term, 0.1 + random.unit() * 5});
      used[term] = true;
    }
    Bitmap allowed(documents.size());
    const std::uint64_t keep = 1 + random.below(4);
    for (Row row = 0; row < documents.size(); ++row) {
      if (random.below(4) < keep) allowed.set(row);
    }
    const std::size_t k = 1 + random.below(50);
    const std::vector<double> scores = naive.scores(terms, bm25);
    std::vector<Hit> expected;
    for (Row row = 0; row < scores.size(); ++row) {
      if (scores[row] > 0 && allowed.test(row)) expected.push_back({row, static_cast<float>(scores[row])});
    }
    std::ranges::sort(expected, ranks_before);
    if (expected.size() > k) expected.resize(k);
    const std::vector<Hit> found = best_rows(index, terms, bm25, k, &allowed);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_NEAR(found[i].score, expected[i].score, 1e-5);
      EXPECT_NEAR(found[i].score, scores[found[i].row], 1e-5);
    }
    std::vector<Row> rows;
    for (const Hit& hit : found) rows.push_back(hit.row);
    std::ranges::sort(rows);
    const std::vector<float> parts = term_scores(index, terms, bm25, rows);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      double sum = 0;
      for (std::size_t t = 0; t < terms.size(); ++t) sum += parts[r * terms.size() + t];
      EXPECT_NEAR(sum, scores[rows[r]], 1e-5);
    }
  }
}

TEST(LexicalSearch, PhrasesNeedTheirWordsInOrderWithTheirGaps) {
  std::vector<Document> documents(4);
  documents[0].text = "reciprocal rank fusion of two lists";
  documents[1].text = "fusion by rank, reciprocal";
  documents[2].title = "On reciprocal";
  documents[2].text = "rank fusion";
  documents[3].text = "state of the art";
  const LexicalIndex index = LexicalIndex::open(built(documents)).value();
  const auto rows = [&](const std::string& words) {
    std::vector<TermId> ids;
    std::vector<std::uint32_t> offsets;
    for (const Token& token : analyzer_of_this_thread().analyze(words)) {
      ids.push_back(index.find(token.term).value());
      offsets.push_back(token.position);
    }
    return index.rows_of_phrase(ids, offsets);
  };
  EXPECT_EQ(rows("reciprocal rank"), std::vector<Row>{0});
  EXPECT_EQ(rows("rank fusion"), (std::vector<Row>{0, 2}));
  EXPECT_EQ(rows("state of the art"), std::vector<Row>{3});
  EXPECT_EQ(rows("state of art"), std::vector<Row>{});
}

TEST(LexicalSearch, NearTermsAreThoseWithinTheDistance) {
  std::vector<Document> documents(1);
  documents[0].text = "retrieval retrieve trieval gateway getaway gradient";
  const LexicalIndex index = LexicalIndex::open(built(documents)).value();
  const auto near = [&](std::string_view term, std::uint32_t most) {
    std::vector<std::string> found;
    for (const NearTerm& one : near_terms(index, term, most)) {
      found.push_back(std::string(index.term(one.id)) + " " + std::to_string(one.distance));
    }
    return found;
  };
  EXPECT_EQ(near("gatewya", 1), std::vector<std::string>{"gateway 1"});
  EXPECT_EQ(near("gatway", 2), (std::vector<std::string>{"gateway 1", "getaway 2"}));
  EXPECT_EQ(near("gradeint", 1), std::vector<std::string>{"gradient 1"});
  EXPECT_EQ(near("xgradient", 1), std::vector<std::string>{});
}

TEST(LexicalSearch, NearTermsAreTheSameAsComparingEachTerm) {
  base::Random random(5);
  std::vector<Document> documents(1);
  const auto word = [&] {
    std::string out;
    for (std::uint64_t i = 0; i < 3 + random.below(5); ++i) out += static_cast<char>('b' + random.below(3));
    return out;
  };
  for (int i = 0; i < 300; ++i) documents[0].text += word() + " ";
  const LexicalIndex index = LexicalIndex::open(built(documents)).value();
  const auto distance = [](std::string_view a, std::string_view b) {
    std::vector<std::vector<std::uint32_t>> d(a.size() + 1, std::vector<std::uint32_t>(b.size() + 1));
    for (std::uint32_t i = 0; i <= a.size(); ++i) {
      for (std::uint32_t j = 0; j <= b.size(); ++j) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1] ? 1U : 0U)});
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
    return d[a.size()][b.size()];
  };
  for (int run = 0; run < 100; ++run) {
    const std::string asked = word();
    std::map<TermId, std::uint32_t> expected;
    for (TermId id = 0; id < index.terms(); ++id) {
      if (index.term(id).front() != asked.front()) continue;
      if (const std::uint32_t d = distance(asked, index.term(id)); d <= 2) expected[id] = d;
    }
    std::map<TermId, std::uint32_t> found;
    for (const NearTerm& one : near_terms(index, asked, 2)) found[one.id] = one.distance;
    EXPECT_EQ(found, expected) << asked;
  }
}

}  // namespace
}  // namespace groundwork::search
