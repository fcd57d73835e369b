#pragma once

#include <set>
#include <string>
#include <string_view>

#include "text/mapped_text.h"

namespace groundwork::text {

/// The labels of the document's link reference definitions, folded by fold_label.
using LinkLabels = std::set<std::string, std::less<>>;

/// Case and white space don't count in labels.
std::string fold_label(std::string_view label);

/// Appends what a reader sees of one paragraph, heading or cell: text of links and images without their targets, code
/// and mathematics as written (the formula with its dollar signs), character references decoded; HTML tags, comments,
/// footnote marks, emphasis marks and escapes left out; a line break becomes a blank. Linear in time.
/// @param raw  the lines with '\n' between them and their places in the source
/// @source     CommonMark 0.31, section 6; GFM 0.29, 6.5 (strikethrough); mathematics as in markdown.h
/// @deviation  emphasis doesn't look at brackets and the rule of three; only what is shown counts
void add_inline(const MappedText& raw, const LinkLabels& labels, MappedText& out);

}  // namespace groundwork::text
