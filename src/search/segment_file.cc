#include "search/segment_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cerrno>

#include "base/file.h"
#include "search/checksum.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {

static_assert(std::endian::native == std::endian::little, "index files are little-endian and mapped as they are");

constexpr std::string_view kMagic = "GWSEG001";
constexpr std::size_t kHeader = 24;
constexpr std::size_t kAlignment = 64;
constexpr std::uint32_t kSectionsAtMost = 256;

constexpr std::uint64_t aligned(std::uint64_t offset) { return (offset + kAlignment - 1) / kAlignment * kAlignment; }

template <typename T>
void append(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename T>
T read_at(std::span<const std::byte> bytes, std::size_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

}  // namespace

void SegmentFileWriter::add(std::string name, std::string bytes) {
  assert(name.size() < sizeof(SegmentFile::Entry::name));
  sections_.push_back({std::move(name), std::move(bytes)});
}

std::string SegmentFileWriter::header(std::vector<std::uint64_t>& offsets) const {
  std::uint64_t offset = kHeader + sections_.size() * sizeof(SegmentFile::Entry);
  std::string table;
  for (const Section& section : sections_) {
    offset = aligned(offset);
    offsets.push_back(offset);
    SegmentFile::Entry entry{};
    std::ranges::copy(section.name, entry.name);
    entry.offset = offset;
    entry.size = section.bytes.size();
    entry.checksum = section_checksum(std::as_bytes(std::span(section.bytes)));
    append(table, entry);
    offset += section.bytes.size();
  }
  std::string out(kMagic);
  append(out, offset);
  append(out, static_cast<std::uint32_t>(sections_.size()));
  append(out, crc32c(std::as_bytes(std::span(table))));
  return out + table;
}

std::string SegmentFileWriter::bytes() const {
  std::vector<std::uint64_t> offsets;
  std::string out = header(offsets);
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    out.resize(offsets[i]);
    out += sections_[i].bytes;
  }
  return out;
}

Status SegmentFileWriter::write(const std::filesystem::path& path) const {
  return base::write_file_atomically(path, bytes());
}

Result<std::shared_ptr<const SegmentFile>> SegmentFile::open(const std::filesystem::path& path) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return base::errno_error(errno, "open " + path.string());
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return base::errno_error(errno, "stat " + path.string());
  const std::shared_ptr<SegmentFile> file(new SegmentFile(path.string()));
  if (!S_ISREG(info.st_mode)) return file->damaged("not a regular file");
  if (info.st_size > 0) {
    const auto size = static_cast<std::size_t>(info.st_size);
    void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd.get(), 0);
    if (mapping == MAP_FAILED) return base::errno_error(errno, "map " + path.string());
    file->mapping_ = mapping;
    file->data_ = {static_cast<const std::byte*>(mapping), size};
  }
  GW_CHECK_OK(file->read(Checksums::kVerify));
  return std::shared_ptr<const SegmentFile>(file);
}

Result<std::shared_ptr<const SegmentFile>> SegmentFile::parse(std::string bytes, std::string name,
                                                              Checksums checksums) {
  const std::shared_ptr<SegmentFile> file(new SegmentFile(std::move(name)));
  file->copy_.resize((bytes.size() + kAlignment + 7) / 8);
  auto* begin = reinterpret_cast<std::byte*>(file->copy_.data());
  begin += aligned(reinterpret_cast<std::uintptr_t>(begin)) - reinterpret_cast<std::uintptr_t>(begin);
  if (!bytes.empty()) std::memcpy(begin, bytes.data(), bytes.size());
  file->data_ = {begin, bytes.size()};
  GW_CHECK_OK(file->read(checksums));
  return std::shared_ptr<const SegmentFile>(file);
}

SegmentFile::~SegmentFile() {
  if (mapping_ != nullptr) ::munmap(mapping_, data_.size());
}

Status SegmentFile::read(Checksums checksums) {
  if (data_.size() < kHeader || std::memcmp(data_.data(), kMagic.data(), kMagic.size()) != 0) {
    return damaged("expected '" + std::string(kMagic) + "' at its start");
  }
  if (const auto size = read_at<std::uint64_t>(data_, 8); size != data_.size()) {
    return damaged("expected " + std::to_string(size) + " bytes, found " + std::to_string(data_.size()));
  }
  const auto count = read_at<std::uint32_t>(data_, 16);
  if (count > kSectionsAtMost || kHeader + count * sizeof(Entry) > data_.size()) {
    return damaged("a table of " + std::to_string(count) + " sections does not fit");
  }
  const auto table = data_.subspan(kHeader, count * sizeof(Entry));
  if (checksums == Checksums::kVerify && crc32c(table) != read_at<std::uint32_t>(data_, 20)) {
    return damaged("the checksum of its table is wrong");
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    auto entry = read_at<Entry>(table, i * sizeof(Entry));
    entry.name[sizeof entry.name - 1] = '\0';
    if (entry.offset % kAlignment != 0 || entry.offset > data_.size() || entry.size > data_.size() - entry.offset) {
      return damaged("section '" + std::string(entry.name) + "' lies outside of it");
    }
    if (checksums == Checksums::kVerify &&
        section_checksum(data_.subspan(entry.offset, entry.size)) != entry.checksum) {
      return damaged("the checksum of section '" + std::string(entry.name) + "' is wrong");
    }
    entries_.push_back(entry);
  }
  return {};
}

bool SegmentFile::has(std::string_view section) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) { return section == entry.name; });
}

Result<std::span<const std::byte>> SegmentFile::bytes(std::string_view section) const {
  for (const Entry& entry : entries_) {
    if (section == entry.name) return data_.subspan(entry.offset, entry.size);
  }
  return damaged("it has no section '" + std::string(section) + "'");
}

base::Error SegmentFile::damaged(const std::string& what) const {
  return make_error(Code::kDataLoss, "not a whole index segment: " + what, name_);
}

base::Error SegmentFile::wrong_size(std::string_view section, std::size_t bytes, std::size_t of_each) const {
  return damaged("section '" + std::string(section) + "' has " + std::to_string(bytes) + " bytes, not a multiple of " +
                 std::to_string(of_each));
}

}  // namespace groundwork::search
