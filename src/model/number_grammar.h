#pragma once

#include <optional>
#include <vector>

#include "base/json.h"
#include "model/gbnf.h"

namespace groundwork::model {

/// What a number must be. Pointers are JSON numbers that outlive it.
struct NumberRange {
  struct Bound {
    const base::json::value* at = nullptr;
    bool strict = false;
  };
  std::vector<Bound> lower;
  std::vector<Bound> upper;
  std::vector<const base::json::value*> steps;  ///< multipleOf
  bool whole = true;                            ///< numbers without fraction are allowed
  bool fraction = true;                         ///< others are allowed
};

/// The JSON numbers of the range, written without exponent and without "-0": bounds hold exactly, digit by digit.
/// Narrower than the range: at most 15 significant digits where the bounds leave it open, 6 digits after the point
/// (more when a bound has more), and at most 256 multiples of a step that does not divide a power of ten.
/// @return an empty choice when there is none
Expression number_expression(const NumberRange& range);

}  // namespace groundwork::model
