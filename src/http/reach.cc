#include "http/reach.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

namespace groundwork::http {
namespace {

struct Range4 {
  std::uint32_t network;
  int bits;
  Reach reach;
};
constexpr std::uint32_t address4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}
// 100.100.100.200, 168.63.129.16 and 192.0.0.192 are services of Alibaba, Azure and Oracle.
constexpr Range4 kRanges4[] = {
    {address4(169, 254, 0, 0), 16, Reach::kForbidden},   {address4(100, 100, 100, 200), 32, Reach::kForbidden},
    {address4(168, 63, 129, 16), 32, Reach::kForbidden}, {address4(192, 0, 0, 192), 32, Reach::kForbidden},
    {address4(224, 0, 0, 0), 4, Reach::kForbidden},      {address4(255, 255, 255, 255), 32, Reach::kForbidden},
    {address4(127, 0, 0, 0), 8, Reach::kLoopback},       {address4(0, 0, 0, 0), 32, Reach::kLoopback},
    {address4(10, 0, 0, 0), 8, Reach::kPrivate},         {address4(172, 16, 0, 0), 12, Reach::kPrivate},
    {address4(192, 168, 0, 0), 16, Reach::kPrivate},
};

Reach reach_of_4(std::uint32_t address) {
  for (const Range4& range : kRanges4) {
    const std::uint32_t mask = ~std::uint32_t{0} << (32 - range.bits);
    if ((address & mask) == range.network) return range.reach;
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

Reach reach_of_6(const Bytes6& bytes) {
  if (const auto inner = embedded(bytes)) return reach_of_4(*inner);
  if (std::all_of(bytes.begin(), bytes.end() - 1, [](std::uint8_t one) { return one == 0; })) return Reach::kLoopback;
  if (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) return Reach::kForbidden;  // fe80::/10
  if (bytes[0] == 0xff) return Reach::kForbidden;
  static constexpr std::array<std::uint8_t, 6> kAmazon = {0xfd, 0x00, 0x0e, 0xc2, 0, 0};  // fd00:ec2::254
  if (std::equal(kAmazon.begin(), kAmazon.end(), bytes.begin())) return Reach::kForbidden;
  return (bytes[0] & 0xfe) == 0xfc ? Reach::kPrivate : Reach::kPublic;
}

/// The bytes behind the family, port and so on.
template <typename Address>
Address as(const sockaddr_storage& address) {
  Address out{};
  std::memcpy(&out, &address, sizeof out);
  return out;
}

Bytes6 bytes_of(const in6_addr& address) {
  Bytes6 bytes{};
  std::memcpy(bytes.data(), &address, bytes.size());
  return bytes;
}

std::string text_of(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto four = as<sockaddr_in>(address);
    inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
  } else {
    const auto six = as<sockaddr_in6>(address);
    inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
  }
  return text.data();
}

}  // namespace

Reach reach_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) return reach_of_4(ntohl(as<sockaddr_in>(address).sin_addr.s_addr));
  return reach_of_6(bytes_of(as<sockaddr_in6>(address).sin6_addr));
}

std::optional<Reach> reach_of_address(const std::string& text) {
  in_addr four{};
  if (inet_aton(text.c_str(), &four) != 0) return reach_of_4(ntohl(four.s_addr));
  in6_addr six{};
  if (inet_pton(AF_INET6, text.c_str(), &six) == 1) return reach_of_6(bytes_of(six));
  return std::nullopt;
}

bool is_metadata_name(std::string_view host) {
  while (host.ends_with('.')) host.remove_suffix(1);
  return host == "metadata" || host == "metadata.google.internal" || host.ends_with(".metadata.google.internal") ||
         host == "metadata.goog" || host == "instance-data" || host == "instance-data.ec2.internal";
}

base::Result<std::vector<Located>> look_up(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  if (const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list); code != 0) {
    return base::make_error(base::Code::kUnavailable, "no address for host '" + host + "': " + gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(list, freeaddrinfo);
  std::vector<Located> out;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    if (one->ai_family != AF_INET && one->ai_family != AF_INET6) continue;
    Located& found = out.emplace_back();
    std::memcpy(&found.address, one->ai_addr, one->ai_addrlen);
    found.text = text_of(found.address);
    found.reach = reach_of(found.address);
  }
  if (out.empty()) return base::make_error(base::Code::kUnavailable, "no IP address for host '" + host + "'");
  return out;
}

}  // namespace groundwork::http
