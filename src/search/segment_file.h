#pragma once

// The container of an index segment: named sections of bytes, each with its checksum, mapped into memory. In scope:
// that what is read is what was written. Not in scope: what the sections mean.
//
//   offset 0   "GWSEG001"                     64-byte aligned: every section
//          8   u64 size of the file
//         16   u32 number of sections, u32 CRC-32C of the table
//         24   the table: name (24 bytes, padded by zeros), u64 offset, u64 size, u32 checksum, u32 zero, for each
// All numbers little-endian.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"

namespace groundwork::search {

class SegmentFileWriter {
 public:
  /// @param name  at most 23 bytes, not yet used
  void add(std::string name, std::string bytes);

  template <typename T>
  void add_array(std::string name, std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    add(std::move(name), std::string(reinterpret_cast<const char*>(values.data()), values.size_bytes()));
  }

  /// Writes beside, syncs and renames: the file is there whole, or not at all.
  base::Status write(const std::filesystem::path& path) const;

  /// What `write` would write.
  std::string bytes() const;

 private:
  struct Section {
    std::string name;
    std::string bytes;
  };
  std::string header(std::vector<std::uint64_t>& offsets) const;
  std::vector<Section> sections_;
};

/// kNone is for fuzzing what stands behind the checksums.
enum class Checksums { kVerify, kNone };

/// An opened segment file. Immutable; what its spans show lives as long as the object. Thread-safe.
class SegmentFile {
 public:
  /// Maps the file and checks every section.
  /// @errors kNotFound; kDataLoss: cut short, damaged, or no such file
  static base::Result<std::shared_ptr<const SegmentFile>> open(const std::filesystem::path& path);

  /// The same of bytes in memory.
  static base::Result<std::shared_ptr<const SegmentFile>> parse(std::string bytes, std::string name,
                                                                Checksums checksums = Checksums::kVerify);
  ~SegmentFile();
  SegmentFile(const SegmentFile&) = delete;
  SegmentFile& operator=(const SegmentFile&) = delete;

  bool has(std::string_view section) const;
  /// @errors kDataLoss: no such section
  base::Result<std::span<const std::byte>> bytes(std::string_view section) const;

  /// @errors kDataLoss: no such section, or it is not a whole number of values
  template <typename T>
  base::Result<std::span<const T>> array(std::string_view section) const {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 64);
    GW_TRY(const std::span<const std::byte> found, bytes(section));
    if (found.size() % sizeof(T) != 0) return wrong_size(section, found.size(), sizeof(T));
    return std::span<const T>(reinterpret_cast<const T*>(found.data()), found.size() / sizeof(T));
  }

  const std::string& name() const { return name_; }
  std::size_t size() const { return data_.size(); }

 private:
  struct Entry {
    char name[24];
    std::uint64_t offset;
    std::uint64_t size;
    std::uint32_t checksum;
    std::uint32_t zero;
  };
  static_assert(sizeof(Entry) == 48);
  friend class SegmentFileWriter;

  explicit SegmentFile(std::string name) : name_(std::move(name)) {}
  base::Status read(Checksums checksums);
  base::Error damaged(const std::string& what) const;
  base::Error wrong_size(std::string_view section, std::size_t bytes, std::size_t of_each) const;

  std::string name_;
  std::span<const std::byte> data_;
  std::vector<Entry> entries_;
  void* mapping_ = nullptr;
  std::vector<std::uint64_t> copy_;  ///< of parsed bytes, aligned for every type
};

}  // namespace groundwork::search
