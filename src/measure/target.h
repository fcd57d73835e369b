#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace groundwork::measure {

/// Where an address lies. kForbidden: link-local and cloud metadata addresses, which hand out credentials.
enum class Reach { kLoopback, kPrivate, kPublic, kForbidden };

/// Of one address as text ("10.0.0.1", "::ffff:169.254.169.254"). IPv4 inside IPv6 (mapped, compatible, 6to4, NAT64) is
/// judged as the IPv4 address that it is.
/// @errors kInvalidArgument: not an address
base::Result<Reach> reach_of_address(const std::string& address);

struct CheckedTarget {
  std::string url;  ///< without a slash at its end
  Reach reach = Reach::kLoopback;
  std::vector<std::string> addresses;
};

/// Reads the base URL of a target and looks its host up, in whatever notation it stands (decimal, hexadecimal, octal
/// and IPv6 forms are addresses like any other).
/// @param allow_public  whether addresses outside loopback and private ranges were confirmed
/// @errors kInvalidArgument: not an http(s) URL, or one with a query; kPermissionDenied: forbidden, whatever was
///         confirmed; kFailedPrecondition: public and not confirmed; kUnavailable: no such host
/// @deviation the HTTP client looks the host up again: a name whose owner changes its address in between is not seen
base::Result<CheckedTarget> check_target(const std::string& url, bool allow_public);

}  // namespace groundwork::measure
