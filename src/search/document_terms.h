#pragma once

// A document as counted terms, for stores that are given them. The same terms, counts and length as LexicalBuilder's,
// so that BM25 is the same wherever it is computed.

#include <cstdint>
#include <map>
#include <string>

#include "search/document.h"

namespace groundwork::search {

struct DocumentTerms {
  std::map<std::string, std::uint32_t> frequencies;  ///< a word in the title counts title_weight times
  std::uint32_t length = 0;                          ///< in words, the title's counted likewise
};

DocumentTerms terms_of(const Document& document, std::uint32_t title_weight);

}  // namespace groundwork::search
