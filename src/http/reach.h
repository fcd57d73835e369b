#pragma once

// Where an address lies, and whether a service there may be asked at all: one rule for everything that calls what
// somebody named.

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace groundwork::http {

/// kForbidden: link-local, multicast and cloud metadata addresses; the latter hand out credentials.
enum class Reach { kLoopback, kPrivate, kPublic, kForbidden };

/// IPv4 inside IPv6 (mapped, compatible, 6to4, NAT64) is judged as the IPv4 address that it is.
/// @source RFC 6890; the metadata services of AWS, Azure, Google, OpenStack, Alibaba and Oracle
Reach reach_of(const sockaddr_storage& address);
/// Of one address as text, in every notation that a resolver takes: dotted, decimal, hexadecimal, octal, IPv6. Nothing:
/// not an address.
std::optional<Reach> reach_of_address(const std::string& text);
/// Names that clouds give their metadata services.
bool is_metadata_name(std::string_view host);

struct Located {
  sockaddr_storage address{};  ///< with the port
  std::string text;
  Reach reach = Reach::kPublic;
};
/// Every IP address of a host, at least one.
/// @errors kUnavailable: no such host
base::Result<std::vector<Located>> look_up(const std::string& host, int port);

}  // namespace groundwork::http
