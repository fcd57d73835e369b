#include "search/stage_trust.h"

#include <algorithm>
#include <vector>

#include "search/lexical_search.h"
#include "text/unicode.h"

namespace groundwork::search {
namespace {

// Measured in docs/decisions/0006-fusion.md.
constexpr double kCodeTrust = 0.2;
constexpr double kNameTrust = 0.9;
constexpr double kLeastCovered = 0.1;
constexpr double kTrustOfLeast = 0.05;
constexpr double kMostCovered = 0.5;
constexpr double kTrustOfMost = 0.4;
constexpr double kMostSymbolsInProse = 0.06;
constexpr double kFewestSymbolsInCode = 0.10;

}  // namespace

double symbol_share(std::string_view text) {
  static constexpr std::string_view kSymbols = "(){}[]=_;<>+*&|";
  std::size_t symbols = 0;
  std::size_t letters = 0;
  for (const char c : text) {
    if (text::is_ascii_letter(c)) ++letters;
    if (kSymbols.find(c) != std::string_view::npos) ++symbols;
  }
  return symbols == 0 ? 0 : static_cast<double>(symbols) / static_cast<double>(symbols + letters);
}

StageTrust trust_of_collection(std::span<const double> symbol_shares) {
  StageTrust trust;
  if (symbol_shares.empty()) return trust;
  std::vector<double> sorted(symbol_shares.begin(), symbol_shares.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::ranges::nth_element(sorted, middle);
  const double code =
      std::clamp((*middle - kMostSymbolsInProse) / (kFewestSymbolsInCode - kMostSymbolsInProse), 0.0, 1.0);
  trust.lexical += code * (kCodeTrust - trust.lexical);
  return trust;
}

double covered_share(const LexicalQuery& query, std::size_t documents, std::span<const float> scores) {
  double all = static_cast<double>(query.unknown.size()) * inverse_document_frequency(documents, 0);
  for (const QueryTerm& term : query.terms) all += term.weight;
  const std::size_t best = query.terms.empty() ? 0 : scores.size() / query.terms.size();
  if (best == 0 || all <= 0) return 0;
  double covered = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i] > 0) covered += query.terms[i % query.terms.size()].weight;
  }
  return covered / all / static_cast<double>(best);
}

bool goes_by_coverage(const StageTrust& collection) { return collection.lexical < StageTrust().lexical; }

StageTrust trust_for(const LexicalQuery& query, const StageTrust& collection, std::optional<double> covered) {
  StageTrust trust = collection;
  if (covered && goes_by_coverage(collection)) {
    const double prose = StageTrust().lexical;
    const double code = std::clamp((prose - collection.lexical) / (prose - kCodeTrust), 0.0, 1.0);
    const double much = std::clamp((*covered - kLeastCovered) / (kMostCovered - kLeastCovered), 0.0, 1.0);
    const double in_code = kTrustOfLeast + much * (kTrustOfMost - kTrustOfLeast);
    trust.lexical = (1 - code) * prose + code * in_code;
  }
  double names = 0;
  double all = 0;
  for (const QueryTerm& term : query.terms) {
    all += term.weight;
    if (term.kind == QueryTerm::Kind::kIdentifier) names += term.weight;
  }
  if (names <= 0 || trust.lexical >= kNameTrust) return trust;
  return {trust.lexical + names / all * (kNameTrust - trust.lexical)};
}

base::Result<StageTrust> learn_trust(std::span<const LiveSegment> segments) {
  std::size_t documents = 0;
  for (const LiveSegment& one : segments) documents += one.live ? one.live->count() : one.segment->rows();
  const std::size_t step = std::max<std::size_t>(1, (documents + kTrustSampled - 1) / kTrustSampled);
  std::vector<double> shares;
  std::size_t seen = 0;
  for (const LiveSegment& one : segments) {
    for (Row row = 0; row < one.segment->rows(); ++row) {
      if (one.live && !one.live->test(row)) continue;
      if (seen++ % step != 0) continue;
      GW_TRY(const Document document, one.segment->document(row));
      shares.push_back(symbol_share(document.text));
    }
  }
  return trust_of_collection(shares);
}

}  // namespace groundwork::search
