#include "bench/target.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <cstring>

namespace groundwork::bench {
namespace {

using base::Code;
using base::make_error;

AddressKind kind_of_v4(std::uint32_t address) {
  const auto in = [&](std::uint32_t network, int bits) { return address >> (32 - bits) == network >> (32 - bits); };
  if (in(0x7F000000, 8)) return AddressKind::kLoopback;
  // Link-local: AWS, Azure, GCP and OpenStack; then Alibaba's and Azure's wire server.
  if (in(0xA9FE0000, 16) || address == 0x646464C8 || address == 0xA83F8110) return AddressKind::kMetadata;
  if (in(0x0A000000, 8) || in(0xAC100000, 12) || in(0xC0A80000, 16)) return AddressKind::kPrivate;
  return address == 0 ? AddressKind::kLoopback : AddressKind::kOutside;
}

bool is_metadata_name(std::string host) {
  while (host.ends_with('.')) host.pop_back();
  return host == "metadata" || host == "metadata.google.internal" || host == "instance-data" ||
         host.ends_with(".metadata.google.internal");
}

}  // namespace

AddressKind kind_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    return kind_of_v4(ntohl(four.sin_addr.s_addr));
  }
  sockaddr_in6 six{};
  std::memcpy(&six, &address, sizeof six);
  const unsigned char* bytes = six.sin6_addr.s6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr)) {
    std::uint32_t four = 0;
    std::memcpy(&four, bytes + 12, 4);
    return kind_of_v4(ntohl(four));
  }
  if (IN6_IS_ADDR_LOOPBACK(&six.sin6_addr)) return AddressKind::kLoopback;
  static constexpr unsigned char kAws[16] = {0xfd, 0x00, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54};
  if (IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr) || std::memcmp(bytes, kAws, 16) == 0) return AddressKind::kMetadata;
  return (bytes[0] & 0xFE) == 0xFC ? AddressKind::kPrivate : AddressKind::kOutside;
}

base::Result<Target> find_target(const std::string& url, bool allow_outside) {
  Target target;
  GW_TRY(target.url, http::parse_url(url));
  if (target.url.tls) {
    return make_error(Code::kUnimplemented,
                      "expected an http target, found https: put a local TLS-terminating proxy in front of it");
  }
  if (is_metadata_name(target.url.host)) {
    return make_error(Code::kPermissionDenied, "the target is a cloud's metadata service: " + target.url.host);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(target.url.port);
  if (const int code = getaddrinfo(target.url.host.c_str(), port.c_str(), &hints, &found); code != 0) {
    return make_error(Code::kUnavailable, "no such host: " + target.url.host + ": " + gai_strerror(code));
  }
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family != AF_INET && one->ai_family != AF_INET6) continue;
    sockaddr_storage address{};
    std::memcpy(&address, one->ai_addr, one->ai_addrlen);
    target.addresses.push_back(address);
  }
  freeaddrinfo(found);
  if (target.addresses.empty()) return make_error(Code::kUnavailable, "no address of " + target.url.host);
  const auto any = [&](AddressKind kind) {
    return std::ranges::any_of(target.addresses, [&](const auto& one) { return kind_of(one) == kind; });
  };
  if (any(AddressKind::kMetadata)) {
    return make_error(Code::kPermissionDenied,
                      target.url.host + " is at a link-local address, where clouds keep credentials");
  }
  target.outside = any(AddressKind::kOutside);
  if (target.outside && !allow_outside) {
    return make_error(Code::kFailedPrecondition,
                      target.url.host +
                          " is outside the loopback and private ranges: load on a machine that isn't "
                          "yours needs its owner's consent; --yes says that you have it");
  }
  return target;
}

}  // namespace groundwork::bench
