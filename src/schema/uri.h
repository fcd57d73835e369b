#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace groundwork::schema {

/// The target of a reference seen from a base, without its fragment's percent-encoding touched. An empty base gives the
/// reference itself with its dot segments removed.
/// @source RFC 3986, section 5.2 (strict)
std::string resolve_uri(std::string_view base, std::string_view reference);

/// A URI in two at the first '#'; the fragment is without it and empty when there is none.
std::pair<std::string, std::string> split_fragment(std::string_view uri);

/// %41 becomes A; a '%' that two hexadecimal digits don't follow stays.
std::string percent_decoded(std::string_view text);

/// Whether it begins with a scheme.
bool is_absolute_uri(std::string_view uri);

}  // namespace groundwork::schema
