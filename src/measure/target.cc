#include "measure/target.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>

#include "http/url.h"

namespace groundwork::measure {
namespace {

using base::Code;
using base::make_error;
using base::Result;

struct Range4 {
  std::uint32_t network;
  int bits;
  Reach reach;
};
constexpr std::uint32_t address4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}
/// @source RFC 6890; 100.100.100.200 and 192.0.0.192 are metadata services of Alibaba and Oracle
constexpr Range4 kRanges4[] = {
    {address4(169, 254, 0, 0), 16, Reach::kForbidden},     {address4(100, 100, 100, 200), 32, Reach::kForbidden},
    {address4(192, 0, 0, 192), 32, Reach::kForbidden},     {address4(224, 0, 0, 0), 4, Reach::kForbidden},
    {address4(255, 255, 255, 255), 32, Reach::kForbidden}, {address4(127, 0, 0, 0), 8, Reach::kLoopback},
    {address4(0, 0, 0, 0), 32, Reach::kLoopback},          {address4(10, 0, 0, 0), 8, Reach::kPrivate},
    {address4(172, 16, 0, 0), 12, Reach::kPrivate},        {address4(192, 168, 0, 0), 16, Reach::kPrivate},
};

Reach reach_of(std::uint32_t address) {
  for (const Range4& range : kRanges4) {
    const std::uint32_t mask = range.bits == 0 ? 0 : ~std::uint32_t{0} << (32 - range.bits);
    if ((address & mask) == (range.network & mask)) return range.reach;
  }
  return Reach::kPublic;
}

using Bytes6 = std::array<std::uint8_t, 16>;

std::uint32_t four_at(const Bytes6& bytes, std::size_t at) {
  return address4(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
}

/// The IPv4 address inside an IPv6 one, if there is one.
std::optional<std::uint32_t> embedded(const Bytes6& bytes) {
  static constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  static constexpr std::array<std::uint8_t, 12> kNat64 = {0, 0x64, 0xff, 0x9b};
  static constexpr std::array<std::uint8_t, 12> kCompatible = {};
  const auto begins = [&](const std::array<std::uint8_t, 12>& prefix) {
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
  };
  if (begins(kMapped) || begins(kNat64)) return four_at(bytes, 12);
  if (begins(kCompatible) && four_at(bytes, 12) > 1) return four_at(bytes, 12);  // :: and ::1 are no such address
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return four_at(bytes, 2);
  return std::nullopt;
}

Reach reach_of(const Bytes6& bytes) {
  if (const auto inner = embedded(bytes)) return reach_of(*inner);
  if (std::all_of(bytes.begin(), bytes.end() - 1, [](std::uint8_t one) { return one == 0; })) return Reach::kLoopback;
  if (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) return Reach::kForbidden;  // fe80::/10
  if (bytes[0] == 0xff) return Reach::kForbidden;
  static constexpr std::array<std::uint8_t, 6> kAmazon = {0xfd, 0x00, 0x0e, 0xc2, 0, 0};  // fd00:ec2::254
  if (std::equal(kAmazon.begin(), kAmazon.end(), bytes.begin())) return Reach::kForbidden;
  if ((bytes[0] & 0xfe) == 0xfc) return Reach::kPrivate;
  return Reach::kPublic;
}

struct Found {
  std::string text;
  Reach reach = Reach::kPublic;
};

Found found_at(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    return {text, reach_of(ntohl(in.sin_addr.s_addr))};
  }
  sockaddr_in6 in{};
  std::memcpy(&in, address, sizeof in);
  Bytes6 bytes{};
  std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
  inet_ntop(AF_INET6, &in.sin6_addr, text, sizeof text);
  return {text, reach_of(bytes)};
}

Result<std::vector<Found>> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int failure = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (failure != 0) {
    return make_error(Code::kUnavailable, "no address for host '" + host + "': " + gai_strerror(failure));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(list, freeaddrinfo);
  std::vector<Found> out;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    if (one->ai_family == AF_INET || one->ai_family == AF_INET6) out.push_back(found_at(one->ai_addr));
  }
  if (out.empty()) return make_error(Code::kUnavailable, "no IP address for host '" + host + "'");
  return out;
}

bool is_metadata_name(std::string_view host) {
  while (host.ends_with('.')) host.remove_suffix(1);
  return host == "metadata" || host == "metadata.google.internal" || host == "metadata.goog" ||
         host == "instance-data" || host == "instance-data.ec2.internal";
}

}  // namespace

Result<Reach> reach_of_address(const std::string& address) {
  in_addr four{};
  if (inet_aton(address.c_str(), &four) != 0) return reach_of(ntohl(four.s_addr));
  Bytes6 six{};
  if (inet_pton(AF_INET6, address.c_str(), six.data()) == 1) return reach_of(six);
  return make_error(Code::kInvalidArgument, "expected an IP address, found '" + address + "'");
}

Result<CheckedTarget> check_target(const std::string& url, bool allow_public) {
  GW_TRY(const http::Url parsed, http::parse_url(url));
  if (url.find('?') != std::string::npos) {
    return make_error(Code::kInvalidArgument, "expected the base URL of a service, without a query", parsed.text());
  }
  const std::string refusal = "is a link-local or metadata address, which services are never measured at";
  if (is_metadata_name(parsed.host)) {
    return make_error(Code::kPermissionDenied, "'" + parsed.host + "' " + refusal, parsed.text());
  }
  GW_TRY(const std::vector<Found> found, look_up(parsed.host));
  CheckedTarget out;
  out.url = url.substr(0, url.find('#'));
  while (out.url.ends_with('/')) out.url.pop_back();
  for (const Found& one : found) {
    out.addresses.push_back(one.text);
    if (one.reach == Reach::kForbidden) {
      return make_error(Code::kPermissionDenied, "'" + parsed.host + "' (" + one.text + ") " + refusal, parsed.text());
    }
    out.reach = std::max(out.reach, one.reach);
  }
  if (out.reach == Reach::kPublic && !allow_public) {
    return make_error(Code::kFailedPrecondition,
                      "'" + parsed.host + "' (" + out.addresses.front() +
                          ") is outside loopback and private ranges: measure it only if it is yours; --yes confirms",
                      parsed.text());
  }
  return out;
}

}  // namespace groundwork::measure
