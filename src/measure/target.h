#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "http/reach.h"

namespace groundwork::measure {

struct CheckedTarget {
  std::string url;  ///< without a slash at its end
  http::Reach reach = http::Reach::kLoopback;
  std::vector<std::string> addresses;
};

/// Reads the base URL of a target and looks its host up, in whatever notation it stands.
/// @param allow_public  whether addresses outside loopback and private ranges were confirmed
/// @errors kInvalidArgument: not an http(s) URL, or one with a query; kPermissionDenied: forbidden, whatever was
///         confirmed; kFailedPrecondition: public and not confirmed; kUnavailable: no such host
/// @deviation the HTTP client looks the host up again: a name whose owner changes its address in between is not seen
base::Result<CheckedTarget> check_target(const std::string& url, bool allow_public);

}  // namespace groundwork::measure
