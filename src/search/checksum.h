#pragma once

#include <cstdint>
#include <span>

namespace groundwork::search {

/// CRC-32C (Castagnoli), as iSCSI and ext4 use it. @source RFC 3720, appendix B.4
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0);

/// What guards a section of an index file: the CRC-32C of the CRC-32C of four lanes, each a quarter of the bytes
/// rounded down to whole words, the last with the rest. OPTIMISATION: the instruction takes three cycles and starts one
/// each cycle, so four lanes side by side run at the speed of memory; an index of 250 MB is checked while it is opened.
std::uint32_t section_checksum(std::span<const std::byte> bytes);

}  // namespace groundwork::search
