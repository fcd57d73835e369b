#pragma once

// Where paragraphs and sentences begin and end, in bytes. For English prose with code, numbers and citations in it, and
// for scripts that end sentences with 。！？; not a parser of any markup, though list items, headings and table rows as
// Markdown writes them stand for themselves.

#include <string_view>
#include <vector>

#include "text/span.h"

namespace groundwork::text {

/// The paragraphs: what blank lines separate. In order, not empty, not overlapping; between them is white space only.
/// Any bytes are allowed; linear in time.
std::vector<Span> paragraphs(std::string_view text);

/// The sentences. In order, not empty, not overlapping, each begins and ends with a character that is not white space,
/// and between them is ASCII white space only, so sentences and gaps together are the text. No span begins or ends
/// inside a character of UTF-8. A sentence doesn't go across a blank line, nor from one list item, heading or table row
/// to the next. A full stop ends none after an abbreviation (e.g., Dr., Fig., U.S.) or initial unless the next word
/// commonly begins sentences, inside numbers, versions, URLs and identifiers (np.array), or within `code`; closing
/// quotes, brackets and [12] belong to the sentence before them. Any bytes are allowed; linear in time.
/// @source  the rules follow Kiss and Strunk 2006 in their distinctions (abbreviation, initial, ordinal, ellipsis),
/// with
///          lists instead of statistics, so that a sentence is the same whatever stands around it
std::vector<Span> sentences(std::string_view text);

}  // namespace groundwork::text
