#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "score/score.h"

namespace groundwork::score {

/// A number as people write it: "1,234.5", "-3", "+.5", "1e3", "12 %" (0.12), "$1,200", "1 234"; white space around it
/// is nothing. Commas, blanks (also no-break and thin ones), apostrophes and underscores separate groups of three
/// digits before the point, all the same one in a number. The point is '.': "1,5" is refused rather than guessed.
/// @errors kInvalidArgument: anything else; infinity and NaN; what is beyond a double
base::Result<double> parse_number(std::string_view text);

/// The last number in a text, as parse_number reads it: "The total is 1,234.5." gives 1234.5.
/// @errors kInvalidArgument: none
base::Result<double> last_number(std::string_view text);

struct Tolerance {
  double absolute = 1e-9;  ///< in the unit of the numbers
  double relative = 0;     ///< of the reference's size
};

/// 1 when |prediction - reference| <= max(absolute, relative * |reference|), else 0 with the difference.
/// @source  as math.isclose, but relative to the reference alone: which of two numbers is right is known here
Score numeric_match(double prediction, double reference, const Tolerance& tolerance = {});

}  // namespace groundwork::score
