#include "search/checksum.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace groundwork::search {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1U) != 0 ? 0x82F63B78U : 0U);
    table[i] = value;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> kTable = make_table();
constexpr std::size_t kLanes = 4;
using Lanes = std::array<std::uint32_t, kLanes>;

std::uint32_t crc_portable(std::span<const std::byte> bytes, std::uint32_t crc) {
  for (const std::byte byte : bytes) crc = kTable[(crc ^ static_cast<std::uint32_t>(byte)) & 0xFFU] ^ (crc >> 8);
  return crc;
}

void lanes_portable(const std::byte* data, std::size_t lane, Lanes& crc) {
  for (std::size_t k = 0; k < kLanes; ++k) crc[k] = crc_portable({data + k * lane, lane}, crc[k]);
}

#if defined(__x86_64__)
std::uint64_t word_at(const std::byte* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

__attribute__((target("sse4.2"))) std::uint32_t crc_sse42(std::span<const std::byte> bytes, std::uint32_t crc) {
  std::size_t i = 0;
  std::uint64_t wide = crc;
  for (; i + 8 <= bytes.size(); i += 8) wide = _mm_crc32_u64(wide, word_at(bytes.data() + i));
  crc = static_cast<std::uint32_t>(wide);
  for (; i < bytes.size(); ++i) crc = _mm_crc32_u8(crc, static_cast<unsigned char>(bytes[i]));
  return crc;
}

__attribute__((target("sse4.2"))) void lanes_sse42(const std::byte* data, std::size_t lane, Lanes& crc) {
  std::uint64_t a = crc[0];
  std::uint64_t b = crc[1];
  std::uint64_t c = crc[2];
  std::uint64_t d = crc[3];
  for (std::size_t i = 0; i < lane; i += 8) {
    a = _mm_crc32_u64(a, word_at(data + i));
    b = _mm_crc32_u64(b, word_at(data + lane + i));
    c = _mm_crc32_u64(c, word_at(data + 2 * lane + i));
    d = _mm_crc32_u64(d, word_at(data + 3 * lane + i));
  }
  crc = {static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b), static_cast<std::uint32_t>(c),
         static_cast<std::uint32_t>(d)};
}

const bool kHasSse42 = __builtin_cpu_supports("sse4.2") != 0;
#endif

std::uint32_t update(std::span<const std::byte> bytes, std::uint32_t crc) {
#if defined(__x86_64__)
  if (kHasSse42) return crc_sse42(bytes, crc);
#endif
  return crc_portable(bytes, crc);
}

void update_lanes(const std::byte* data, std::size_t lane, Lanes& crc) {
#if defined(__x86_64__)
  if (kHasSse42) return lanes_sse42(data, lane, crc);
#endif
  lanes_portable(data, lane, crc);
}

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before) { return ~update(bytes, ~before); }

std::uint32_t section_checksum(std::span<const std::byte> bytes) {
  const std::size_t lane = bytes.size() / kLanes / 8 * 8;
  Lanes crc;
  crc.fill(~0U);
  update_lanes(bytes.data(), lane, crc);
  crc[kLanes - 1] = update(bytes.subspan(kLanes * lane), crc[kLanes - 1]);
  for (std::uint32_t& one : crc) one = ~one;
  return crc32c(std::as_bytes(std::span(crc)));
}

}  // namespace groundwork::search
