#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/fact.h"

namespace groundwork::ledger {

/// The store of facts in one SQLite file (WAL, synchronous=FULL). Thread-safe: one connection behind a mutex; several
/// processes may have it open at once. A Status or Result that is ok means that the facts are on disk.
class Ledger {
 public:
  static constexpr std::size_t kMaxDataBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMaxBlobBytes = std::size_t{8} << 20;

  /// Opens <folder>/ledger.db, creating folder and file where there is none, and brings it to the newest schema.
  /// @errors kDataLoss: the file is damaged, or is no ledger (it is left as it is); kFailedPrecondition: made by a
  /// newer
  ///         program; kPermissionDenied: may not be written; kResourceExhausted: the disk is full
  static base::Result<std::unique_ptr<Ledger>> open(const std::filesystem::path& folder);
  ~Ledger();

  /// Records all of them or none. A fact whose (learner, id) is there with the same kind and data is not recorded
  /// again; its old number is returned.
  /// @return the numbers, in the order of the argument
  /// @errors kAlreadyExists: the id is there with other content; kInvalidArgument; kResourceExhausted: the disk is full
  base::Result<std::vector<std::int64_t>> append(std::span<const NewFact> facts);
  base::Result<std::int64_t> append(const NewFact& fact);

  /// The learner's facts with a number above `after`, in order.
  base::Result<std::vector<Fact>> facts(const std::string& learner, std::int64_t after = 0);
  /// The newest `limit` facts below `before` (0: from the newest), newest first.
  base::Result<std::vector<Fact>> newest(const std::string& learner, std::int64_t before, int limit);
  base::Result<std::optional<Fact>> find(const std::string& learner, const std::string& id);
  base::Result<std::vector<Fact>> facts_of_kind(const std::string& kind);
  base::Result<std::int64_t> count(const std::string& learner);
  base::Result<std::vector<std::string>> learners();
  /// The highest number in use: whether anything is new, in about a microsecond, whichever process wrote it.
  base::Result<std::int64_t> last_seq();
  /// The same of one learner.
  base::Result<std::int64_t> last_seq(const std::string& learner);

  /// Stores bytes under their SHA-256, which is returned. @errors kInvalidArgument: over kMaxBlobBytes.
  base::Result<std::string> put_blob(std::string_view bytes);
  /// @errors kNotFound; kDataLoss: the bytes are not those of the hash
  base::Result<std::string> get_blob(const std::string& sha256);

  /// A consistent copy while others read and write. The file at `path` must not be there yet; it appears when complete.
  /// @param on_progress  pages done, pages in all
  base::Status backup(const std::filesystem::path& path, const std::function<void(int, int)>& on_progress = {},
                      std::stop_token stop = {});

  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

 private:
  friend class Import;
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace groundwork::ledger
