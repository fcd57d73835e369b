#include "search/posting_list.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace groundwork::search {
namespace {

unsigned bits_of(std::span<const std::uint32_t> values) {
  std::uint32_t all = 0;
  for (const std::uint32_t value : values) all |= value;
  return static_cast<unsigned>(std::bit_width(all));
}

}  // namespace

void pack(std::span<const std::uint32_t> values, unsigned bits, std::string& out) {
  std::uint64_t buffer = 0;
  unsigned filled = 0;
  for (const std::uint32_t value : values) {
    buffer |= static_cast<std::uint64_t>(value) << filled;
    filled += bits;
    for (; filled >= 8; filled -= 8, buffer >>= 8) out += static_cast<char>(buffer & 0xFFU);
  }
  if (filled > 0) out += static_cast<char>(buffer & 0xFFU);
}

void unpack(const std::byte* in, unsigned bits, std::span<std::uint32_t> values) {
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  std::size_t at = 0;
  for (std::uint32_t& value : values) {
    std::uint64_t word = 0;
    std::memcpy(&word, in + at / 8, sizeof word);
    value = static_cast<std::uint32_t>(word >> (at % 8) & mask);
    at += bits;
  }
}

void encode_block(Row first, std::span<const Row> rows, std::span<const std::uint32_t> frequencies, std::string& out) {
  std::array<std::uint32_t, kBlockRows> gaps{};
  std::array<std::uint32_t, kBlockRows> counts{};
  Row next = first;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    gaps[i] = rows[i] - next;
    counts[i] = frequencies[i] - 1;
    next = rows[i] + 1;
  }
  const std::span<const std::uint32_t> used_gaps(gaps.data(), rows.size());
  const std::span<const std::uint32_t> used_counts(counts.data(), rows.size());
  const unsigned gap_bits = bits_of(used_gaps);
  const unsigned count_bits = bits_of(used_counts);
  out += static_cast<char>(gap_bits);
  out += static_cast<char>(count_bits);
  pack(used_gaps, gap_bits, out);
  pack(used_counts, count_bits, out);
}

void decode_block(std::span<const std::byte> postings, std::uint64_t offset, Row first, std::size_t count,
                  std::size_t row_count, PostingBlock& block) {
  constexpr std::size_t kReadBehind = 8;
  block.count = 0;
  if (count > kBlockRows || postings.size() < kReadBehind + 2 || offset > postings.size() - kReadBehind - 2) return;
  const auto gap_bits = static_cast<unsigned>(postings[offset]);
  const auto count_bits = static_cast<unsigned>(postings[offset + 1]);
  if (gap_bits > 32 || count_bits > 32) return;
  const std::size_t gap_bytes = packed_bytes(count, gap_bits);
  const std::size_t bytes = 2 + gap_bytes + packed_bytes(count, count_bits);
  if (bytes > postings.size() - kReadBehind - offset) return;
  const std::byte* data = postings.data() + offset + 2;
  unpack(data, gap_bits, std::span(block.rows.data(), count));
  unpack(data + gap_bytes, count_bits, std::span(block.frequencies.data(), count));
  std::uint64_t next = first;
  for (std::size_t i = 0; i < count; ++i) {
    next += block.rows[i];
    block.rows[i] = static_cast<Row>(next);
    ++next;
    ++block.frequencies[i];
  }
  // The sum is exact in 64 bits and rows rise, so the last one speaks for all.
  if (count > 0 && next > row_count) return;
  block.count = count;
}

void append_varint(std::uint32_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

std::uint32_t read_varint(std::span<const std::byte> bytes, std::size_t& at) {
  std::uint32_t value = 0;
  for (unsigned shift = 0; at < bytes.size() && shift < 35; shift += 7) {
    const auto byte = static_cast<std::uint32_t>(bytes[at++]);
    value |= (byte & 0x7FU) << std::min(shift, 31U);
    if (byte < 0x80) break;
  }
  return value;
}

std::vector<Impact> competitive(std::vector<Impact> pairs) {
  std::ranges::sort(pairs, [](const Impact& a, const Impact& b) {
    return a.frequency != b.frequency ? a.frequency > b.frequency : a.length < b.length;
  });
  std::vector<Impact> kept;
  for (const Impact& pair : pairs) {
    if (kept.empty() || pair.length < kept.back().length) kept.push_back(pair);
  }
  std::ranges::reverse(kept);
  return kept;
}

}  // namespace groundwork::search
