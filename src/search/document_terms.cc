#include "search/document_terms.h"

#include "search/analyzer.h"

namespace groundwork::search {

DocumentTerms terms_of(const Document& document, std::uint32_t title_weight) {
  DocumentTerms terms;
  const auto add = [&](std::string_view text, std::uint32_t weight) {
    Analyzer& analyzer = analyzer_of_this_thread();
    for (const Token& token : analyzer.analyze(text)) terms.frequencies[token.term] += weight;
    terms.length += weight * static_cast<std::uint32_t>(analyzer.length());
  };
  add(document.title, title_weight);
  add(document.text, 1);
  return terms;
}

}  // namespace groundwork::search
