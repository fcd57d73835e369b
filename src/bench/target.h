#pragma once

#include <sys/socket.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "http/url.h"

namespace groundwork::bench {

/// Where requests go: looked up once, so that what was checked is what is connected to.
struct Target {
  http::Url url;
  std::vector<sockaddr_storage> addresses;  ///< with the port; the first that accepts is used
  bool outside = false;                     ///< an address that is neither loopback nor private
};

/// @param allow_outside  the user has confirmed that load may go beyond loopback and private ranges
/// @errors kInvalidArgument: not a URL; kUnimplemented: https; kUnavailable: no such host;
///         kPermissionDenied: an address where clouds keep credentials (link-local, metadata names), always;
///         kFailedPrecondition: outside, and not allowed
base::Result<Target> find_target(const std::string& url, bool allow_outside);

}  // namespace groundwork::bench
