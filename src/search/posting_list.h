#pragma once

// Where a term occurs: rows with frequencies in blocks of 128, packed to the bits they need, and for each block the
// pairs of frequency and length that bound its scores. In scope: coding. Not in scope: scores.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "search/hit.h"

namespace groundwork::search {

inline constexpr std::size_t kBlockRows = 128;

/// In section "terms", one for each term and one behind the last.
struct TermEntry {
  std::uint32_t documents = 0;    ///< that contain it
  std::uint32_t first_block = 0;  ///< its blocks end where those of the next term begin
};

/// In section "blocks", one for each block and one behind the last.
struct BlockEntry {
  std::uint32_t last_row = 0;
  std::uint32_t first_impact = 0;
  std::uint64_t data = 0;       ///< offset in section "postings"
  std::uint64_t positions = 0;  ///< offset in section "positions"
};

/// No posting of the block has both a higher frequency and a shorter document than one of the block's impacts, so the
/// largest score of its impacts is an upper bound for any k1, b and average length.
/// @source Ding and Suel 2011, "Faster top-k document retrieval using block-max indexes"; pairs as in Lucene 8
struct Impact {
  std::uint32_t frequency = 0;
  std::uint32_t length = 0;
};

/// The decoded postings of a block.
struct PostingBlock {
  std::array<Row, kBlockRows> rows{};
  std::array<std::uint32_t, kBlockRows> frequencies{};
  std::size_t count = 0;
};

/// Appends bit-packed integers. `bits` must hold each of them.
void pack(std::span<const std::uint32_t> values, unsigned bits, std::string& out);

/// How many bytes `count` integers of `bits` bits take.
constexpr std::size_t packed_bytes(std::size_t count, unsigned bits) { return (count * bits + 7) / 8; }

/// The inverse of pack. Eight bytes behind the packed ones must be readable.
void unpack(const std::byte* in, unsigned bits, std::span<std::uint32_t> values);

/// Appends rising rows and their frequencies as a block. `first` is the smallest row that is possible.
void encode_block(Row first, std::span<const Row> rows, std::span<const std::uint32_t> frequencies, std::string& out);

/// Reads the block of `count` postings at `offset`; an empty block where the bytes are none, or name rows outside of
/// [first, row_count).
void decode_block(std::span<const std::byte> postings, std::uint64_t offset, Row first, std::size_t count,
                  std::size_t row_count, PostingBlock& block);

/// Variable-length integers, seven bits a byte, low ones first.
void append_varint(std::uint32_t value, std::string& out);
/// Moves `at`; 0 where the bytes end.
std::uint32_t read_varint(std::span<const std::byte> bytes, std::size_t& at);

/// The pairs that no other pair dominates, by rising frequency.
std::vector<Impact> competitive(std::vector<Impact> pairs);

}  // namespace groundwork::search
