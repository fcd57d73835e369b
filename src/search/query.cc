#include "search/query.h"

#include <algorithm>
#include <array>
#include <map>

#include "search/analyzer.h"
#include "search/index.h"
#include "text/unicode.h"

namespace groundwork::search {
namespace {

constexpr std::size_t kCorrections = 3;
constexpr std::size_t kCompletions = 12;
/// Longer ones are prose: quotes in it mean what they mean in prose, and one misspelt word among many does no harm,
/// while a wrong correction does.
constexpr std::size_t kLongestSearch = 12;
constexpr std::size_t kShortestCompleted = 2;
/// What a term that only resembles the word counts, against the word itself.
constexpr double kCorrectedShare = 0.7;
constexpr double kCompletedShare = 0.8;

std::string lower_case(std::string_view word) {
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(), text::ascii_lower);
  return lower;
}

/// Words that make a sentence a question or a request and say nothing about its subject.
bool is_asking_word(std::string_view word) {
  static constexpr std::array<std::string_view, 46> kWords = {
      "about", "am",    "any", "can",    "could", "did",  "do",    "does", "done", "from",  "had",  "has",
      "have",  "he",    "her", "his",    "how",   "i",    "its",   "may",  "me",   "might", "must", "my",
      "our",   "shall", "she", "should", "so",    "some", "than",  "us",   "we",   "were",  "what", "when",
      "where", "which", "who", "whom",   "whose", "why",  "would", "you",  "your", "yours"};
  return std::ranges::binary_search(kWords, word);
}

std::uint32_t distance_allowed(std::string_view word) { return word.size() < 5 ? 0 : word.size() < 9 ? 1 : 2; }

/// The distance of a word to one sorted term after another: rows for a prefix in common are kept.
class DistanceTable {
 public:
  explicit DistanceTable(std::string_view word) : word_(word), rows_(1, std::vector<std::uint32_t>(word.size() + 1)) {
    for (std::size_t j = 0; j <= word.size(); ++j) rows_[0][j] = static_cast<std::uint32_t>(j);
  }

  /// The length of the shortest prefix of `term` that is farther than `most` from every prefix of the word, or
  /// npos; then distance() is that of the whole term.
  std::size_t walk(std::string_view term, std::uint32_t most) {
    std::size_t same = 0;
    while (same < term.size() && same < term_.size() && term[same] == term_[same]) ++same;
    rows_.resize(same + 1);
    term_.assign(term.substr(0, same));
    for (std::size_t i = same; i < term.size(); ++i) {
      term_ += term[i];
      add_row();
      if (std::ranges::min(rows_.back()) > most) return i + 1;
    }
    return std::string_view::npos;
  }

  std::uint32_t distance() const { return rows_.back().back(); }

 private:
  void add_row() {
    const std::size_t i = rows_.size();
    std::vector<std::uint32_t> row(word_.size() + 1);
    row[0] = static_cast<std::uint32_t>(i);
    for (std::size_t j = 1; j <= word_.size(); ++j) {
      const std::uint32_t change = term_[i - 1] == word_[j - 1] ? 0 : 1;
      row[j] = std::min({rows_[i - 1][j] + 1, row[j - 1] + 1, rows_[i - 1][j - 1] + change});
      const bool swapped = i > 1 && j > 1 && term_[i - 1] == word_[j - 2] && term_[i - 2] == word_[j - 1];
      if (swapped) row[j] = std::min(row[j], rows_[i - 2][j - 2] + 1);
    }
    rows_.push_back(std::move(row));
  }

  std::string_view word_;
  std::string term_;
  std::vector<std::vector<std::uint32_t>> rows_;
};

/// The text without its quotes, and the phrases that were in them.
std::string take_phrases(std::string_view text, std::vector<Phrase>& phrases) {
  std::string plain(text);
  for (std::size_t open = text.find('"'); open != std::string_view::npos;) {
    const std::size_t close = text.find('"', open + 1);
    if (close == std::string_view::npos) break;
    plain[open] = plain[close] = ' ';
    Phrase phrase;
    phrase.words = text.substr(open + 1, close - open - 1);
    for (const Token& token : analyzer_of_this_thread().analyze(phrase.words)) {
      if (token.identifier && !phrase.offsets.empty() && phrase.offsets.back() == token.position) continue;
      if (!phrase.offsets.empty() && phrase.offsets.back() == token.position) continue;
      phrase.terms.push_back(token.term);
      phrase.offsets.push_back(token.position);
    }
    if (!phrase.terms.empty()) phrases.push_back(std::move(phrase));
    open = text.find('"', close + 1);
  }
  return plain;
}

/// Without the words that only ask, unless there are no others.
std::vector<Token> subject_of(const std::vector<Token>& tokens, std::string_view plain) {
  std::vector<Token> subject;
  for (const Token& token : tokens) {
    if (!is_asking_word(lower_case(plain.substr(token.source.begin, token.source.size())))) subject.push_back(token);
  }
  return subject.empty() ? tokens : subject;
}

bool is_within_one(std::string_view a, std::string_view b) {
  DistanceTable table(a);
  return table.walk(b, 1) == std::string_view::npos && table.distance() <= 1;
}

/// What is left of a word whose ending is misspelt by one letter, for each ending that it may be: "evict" of "evicton".
/// The stemmer doesn't know such an ending, so the whole word is farther from the stem than its mistake is.
std::vector<std::string> without_misspelt_ending(std::string_view word) {
  static constexpr std::array<std::string_view, 13> kEndings = {"able", "ance", "ant",  "ation", "ence", "ent", "ible",
                                                                "ing",  "ion",  "ions", "ities", "ity",  "ment"};
  static constexpr std::size_t kShortestStem = 4;
  std::vector<std::string> stems;
  for (std::size_t size = word.size(); size-- > kShortestStem;) {
    const std::string_view ending = word.substr(size);
    const bool near = std::ranges::any_of(
        kEndings, [&](std::string_view one) { return ending.size() > 1 && is_within_one(ending, one); });
    if (near) stems.emplace_back(word.substr(0, size));
  }
  return stems;
}

class Reader {
 public:
  Reader(const Snapshot& snapshot, bool correcting) : snapshot_(snapshot), correcting_(correcting) {}

  void add(const Token& token, std::string_view word) {
    const std::uint64_t df = snapshot_.document_frequency(token.term);
    if (df > 0) {
      const auto kind = token.identifier ? QueryTerm::Kind::kIdentifier : QueryTerm::Kind::kWord;
      add_term(token.term, word, kind, 1, df);
    } else if (token.identifier || !correct(token.term, word)) {
      query_.unknown.emplace_back(word);
    }
  }

  /// Terms that begin with the word, the most frequent ones. False where there is none and the word is long enough to
  /// say so.
  bool complete(std::string_view prefix, std::string_view word) {
    if (prefix.size() < kShortestCompleted) return true;
    std::map<std::string, std::uint64_t> found;
    for (const LiveSegment& one : snapshot_.segments()) {
      const LexicalIndex& index = one.segment->lexical();
      for (TermId id = index.lower_bound(prefix); id < index.terms() && index.term(id).starts_with(prefix); ++id) {
        found[std::string(index.term(id))] += index.documents(id);
      }
    }
    add_best(found, kCompletions, word, QueryTerm::Kind::kCompleted, kCompletedShare);
    return !found.empty();
  }

  LexicalQuery take() {
    for (QueryTerm& term : query_.terms) {
      term.weight *= inverse_document_frequency(snapshot_.rows(), term.document_frequency);
    }
    return std::move(query_);
  }

 private:
  void add_term(const std::string& term, std::string_view word, QueryTerm::Kind kind, double weight, std::uint64_t df) {
    for (QueryTerm& known : query_.terms) {
      if (known.term != term) continue;
      if (kind == QueryTerm::Kind::kWord || kind == QueryTerm::Kind::kIdentifier) known.weight += weight;
      return;
    }
    query_.terms.push_back({term, std::string(word), kind, weight, df});
  }

  void add_best(const std::map<std::string, std::uint64_t>& found, std::size_t most, std::string_view word,
                QueryTerm::Kind kind, double share) {
    std::vector<std::pair<std::string, std::uint64_t>> sorted(found.begin(), found.end());
    std::ranges::stable_sort(sorted, std::greater<>(), &std::pair<std::string, std::uint64_t>::second);
    sorted.resize(std::min(sorted.size(), most));
    for (const auto& [term, df] : sorted) add_term(term, word, kind, share, df);
  }

  bool correct(const std::string& term, std::string_view word) {
    std::map<std::string, std::uint64_t> found;
    const bool acronym = word.size() > 1 && std::ranges::none_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
    std::uint32_t nearest = distance_allowed(word);  // as it was typed: "cahce" has a stem of four letters
    if (!correcting_ || acronym || nearest == 0) return false;
    for (const LiveSegment& one : snapshot_.segments()) {
      const LexicalIndex& index = one.segment->lexical();
      for (const NearTerm& near : near_terms(index, term, nearest)) {
        if (near.distance < nearest) {
          found.clear();
          nearest = near.distance;
        }
        if (near.distance == nearest) found[std::string(index.term(near.id))] += index.documents(near.id);
      }
    }
    if (found.empty() || nearest > 1) {
      std::map<std::string, std::uint64_t> stems;
      for (const std::string& stem : without_misspelt_ending(lower_case(word))) {
        if (const std::uint64_t df = snapshot_.document_frequency(stem); df > 0) stems[stem] = df;
      }
      if (!stems.empty()) found = std::move(stems);
    }
    add_best(found, kCorrections, word, QueryTerm::Kind::kCorrected, kCorrectedShare);
    return !found.empty();
  }

  const Snapshot& snapshot_;
  bool correcting_;
  LexicalQuery query_;
};

}  // namespace

std::vector<NearTerm> near_terms(const LexicalIndex& index, std::string_view term, std::uint32_t most) {
  std::vector<NearTerm> near;
  if (term.empty()) return near;
  DistanceTable table(term);
  const char first = term.front();
  for (TermId id = index.lower_bound(term.substr(0, 1)); id < index.terms() && index.term(id).starts_with(first);) {
    const std::string_view candidate = index.term(id);
    const std::size_t hopeless = table.walk(candidate, most);
    if (hopeless == std::string_view::npos) {
      if (table.distance() <= most) near.push_back({id, table.distance()});
      ++id;
      continue;
    }
    // OPTIMISATION: no term with this prefix is near, so the walk goes on behind the last of them.
    std::string behind(candidate.substr(0, hopeless));
    while (!behind.empty() && behind.back() == '\xFF') behind.pop_back();
    if (behind.empty()) break;
    behind.back() = static_cast<char>(behind.back() + 1);
    id = std::max(id + 1, index.lower_bound(behind));
  }
  std::ranges::sort(near, [&](const NearTerm& a, const NearTerm& b) {
    if (a.distance != b.distance) return a.distance < b.distance;
    const auto fa = index.documents(a.id);
    const auto fb = index.documents(b.id);
    return fa != fb ? fa > fb : a.id < b.id;
  });
  return near;
}

LexicalQuery read_query(std::string_view text, const Snapshot& snapshot, bool complete_last) {
  std::vector<Phrase> phrases;
  const std::string plain = take_phrases(text, phrases);
  const std::vector<Token> tokens = analyzer_of_this_thread().analyze(plain);
  const bool typing = complete_last && !plain.empty() && !tokens.empty() && tokens.back().source.end == plain.size();
  const bool prose = tokens.size() > kLongestSearch;
  Reader reader(snapshot, !prose);
  for (const Token& token : subject_of(tokens, plain)) {
    const std::string_view word = std::string_view(plain).substr(token.source.begin, token.source.size());
    const bool last = typing && token.source.end == plain.size();
    if (!last) reader.add(token, word);
    if (last && snapshot.document_frequency(token.term) > 0) reader.add(token, word);
    if (last && !token.identifier) {
      const std::string prefix = lower_case(word);
      const bool completed = reader.complete(prefix.size() < token.term.size() ? prefix : token.term, word);
      if (!completed && snapshot.document_frequency(token.term) == 0) reader.add(token, word);
    }
  }
  LexicalQuery query = reader.take();
  if (!prose) query.phrases = std::move(phrases);
  return query;
}

LexicalQuery read_words(std::string_view text) {
  std::vector<Phrase> phrases;
  const std::string plain = take_phrases(text, phrases);
  LexicalQuery query;
  for (const Token& token : subject_of(analyzer_of_this_thread().analyze(plain), plain)) {
    const auto known = std::ranges::find(query.terms, token.term, &QueryTerm::term);
    if (known != query.terms.end()) {
      known->weight += 1;
      continue;
    }
    const auto kind = token.identifier ? QueryTerm::Kind::kIdentifier : QueryTerm::Kind::kWord;
    query.terms.push_back({token.term, plain.substr(token.source.begin, token.source.size()), kind, 1, 0});
  }
  return query;
}

}  // namespace groundwork::search
