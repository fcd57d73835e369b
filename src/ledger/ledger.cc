#include "ledger/ledger.h"

#include <sqlite3.h>

#include <array>
#include <mutex>
#include <utility>

#include "base/file.h"
#include "base/hash.h"
#include "base/utf8.h"

namespace groundwork::ledger {
namespace {

using base::Code;
using base::Error;
using base::make_error;
using base::Result;
using base::Status;

constexpr int kApplicationId = 0x47574c31;  // "GWL1"
constexpr std::array kMigrations = {
#include "ledger_migrations.inc"
};

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

Error sqlite_error(sqlite3* database, int code, std::string_view what) {
  const std::string text =
      std::string(what) + ": " + (database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code));
  switch (code & 0xff) {
    case SQLITE_FULL:
      return make_error(Code::kResourceExhausted, "the disk is full, nothing was recorded: " + text);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return make_error(Code::kPermissionDenied, "the data folder cannot be written: " + text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return make_error(Code::kDataLoss, "the ledger is damaged or is no ledger; it was left as it is: " + text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return make_error(Code::kUnavailable, "another program holds the ledger: " + text);
    case SQLITE_IOERR:
      return make_error(Code::kResourceExhausted, "the disk refused to read or write, nothing was recorded: " + text);
    default:
      return make_error(Code::kInternal, text);
  }
}

/// One prepared statement in use: bound in order, then stepped. Text is bound, never pasted into SQL.
class Statement {
 public:
  static Result<Statement> prepare(sqlite3* database, std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
    if (code != SQLITE_OK) return sqlite_error(database, code, "prepare");
    return Statement(database, raw);
  }

  Statement& bind(std::int64_t value) {
    sqlite3_bind_int64(raw_.get(), ++bound_, value);
    return *this;
  }
  Statement& bind(std::string_view value) {
    sqlite3_bind_text(raw_.get(), ++bound_, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    return *this;
  }
  Statement& bind_blob(std::string_view value) {
    sqlite3_bind_blob(raw_.get(), ++bound_, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    return *this;
  }

  /// @return whether there is a row
  Result<bool> step() {
    const int code = sqlite3_step(raw_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return sqlite_error(database_, sqlite3_extended_errcode(database_), "step");
  }
  void reset() {
    sqlite3_reset(raw_.get());
    bound_ = 0;
  }

  std::int64_t integer(int column) const { return sqlite3_column_int64(raw_.get(), column); }
  std::string text(int column) const {
    const void* bytes = sqlite3_column_blob(raw_.get(), column);
    const int size = sqlite3_column_bytes(raw_.get(), column);
    return bytes == nullptr ? std::string()
                            : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }

 private:
  Statement(sqlite3* database, sqlite3_stmt* raw) : database_(database), raw_(raw) {}
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, FinalizeStatement> raw_;
  int bound_ = 0;
};

Status execute(sqlite3* database, const char* sql) {
  const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(database, sqlite3_extended_errcode(database), "execute");
  return {};
}

Result<std::int64_t> single_integer(sqlite3* database, const char* sql) {
  GW_TRY(Statement statement, Statement::prepare(database, sql));
  GW_TRY(const bool row, statement.step());
  return row ? statement.integer(0) : 0;
}

/// Rolls back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(sqlite3* database) {
    // IMMEDIATE: the write lock now, or a wait; a later upgrade could fail in the middle.
    GW_CHECK_OK(execute(database, "BEGIN IMMEDIATE"));
    return Transaction(database);
  }
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction() {
    if (database_ != nullptr) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  Status commit() {
    GW_CHECK_OK(execute(database_, "COMMIT"));
    database_ = nullptr;
    return {};
  }

 private:
  explicit Transaction(sqlite3* database) : database_(database) {}
  sqlite3* database_;
};

Status migrate(sqlite3* database, const std::string& path) {
  GW_TRY(const std::int64_t application, single_integer(database, "PRAGMA application_id"));
  GW_TRY(const std::int64_t version, single_integer(database, "PRAGMA user_version"));
  GW_TRY(const std::int64_t tables, single_integer(database, "SELECT count(*) FROM sqlite_schema"));
  if (application != kApplicationId && (application != 0 || tables != 0)) {
    return make_error(Code::kDataLoss,
                      "expected a Groundwork ledger, found another program's database; it was left as it is", path);
  }
  const auto newest = static_cast<std::int64_t>(kMigrations.size());
  if (version > newest) {
    return make_error(Code::kFailedPrecondition,
                      "this ledger has schema " + std::to_string(version) + ", this program knows " +
                          std::to_string(newest) + ": use a newer Groundwork",
                      path);
  }
  if (version == newest) return {};
  GW_TRY(Transaction transaction, Transaction::begin(database));
  // Another process may have migrated while this one waited for the lock.
  GW_TRY(const std::int64_t start, single_integer(database, "PRAGMA user_version"));
  for (std::int64_t next = start; next < newest; ++next)
    GW_CHECK_OK(execute(database, kMigrations[static_cast<std::size_t>(next)]));
  GW_CHECK_OK(execute(database, ("PRAGMA user_version = " + std::to_string(newest)).c_str()));
  GW_CHECK_OK(execute(database, ("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str()));
  return transaction.commit();
}

constexpr std::string_view kFactColumns = "SELECT seq, learner, id, kind, version, at_ms, data FROM fact ";

Result<Fact> fact_from_row(const Statement& row) {
  Fact fact;
  fact.seq = row.integer(0);
  fact.learner = row.text(1);
  fact.id = row.text(2);
  fact.kind = row.text(3);
  fact.version = static_cast<int>(row.integer(4));
  fact.at = base::Timestamp(std::chrono::milliseconds(row.integer(5)));
  auto data = base::parse_json(row.text(6));
  if (!data.ok() || !data->is_object()) {
    return make_error(Code::kDataLoss,
                      "fact " + std::to_string(fact.seq) + " holds no JSON object: the ledger is damaged");
  }
  fact.data = std::move(data->get_object());
  return fact;
}

Result<std::vector<Fact>> all_facts(Statement& statement) {
  std::vector<Fact> facts;
  for (;;) {
    GW_TRY(const bool row, statement.step());
    if (!row) return facts;
    GW_TRY(Fact fact, fact_from_row(statement));
    facts.push_back(std::move(fact));
  }
}

}  // namespace

struct Ledger::Impl {
  std::string path;
  Database database;
  std::mutex mutex;

  sqlite3* db() const { return database.get(); }
};

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

Result<std::unique_ptr<Ledger>> Ledger::open(const std::filesystem::path& folder) {
  if (const base::Status made = base::create_folders(folder); !made.ok()) {
    const Code code = made.error().code == Code::kNotFound ? Code::kUnavailable : made.error().code;
    return make_error(code, "the data folder cannot be made: " + made.error().message);
  }
  auto impl = std::make_unique<Impl>();
  impl->path = (folder / "ledger.db").string();
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(
      impl->path.c_str(), &raw,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  impl->database.reset(raw);
  if (code != SQLITE_OK) return sqlite_error(raw, code, "open " + impl->path);
  sqlite3_busy_timeout(raw, 10'000);
  const auto prepare = [&]() -> Status {
    // Reading the schema is what finds a file that is no database, before anything is written to it.
    GW_TRY([[maybe_unused]] const std::int64_t tables, single_integer(raw, "SELECT count(*) FROM sqlite_schema"));
    GW_CHECK_OK(migrate(raw, impl->path));
    GW_CHECK_OK(execute(raw, "PRAGMA journal_mode = WAL"));
    GW_CHECK_OK(execute(raw, "PRAGMA synchronous = FULL"));
    GW_CHECK_OK(execute(raw, "PRAGMA foreign_keys = ON"));
    GW_CHECK_OK(execute(raw, "PRAGMA trusted_schema = OFF"));
    GW_TRY(Statement check, Statement::prepare(raw, "PRAGMA quick_check(1)"));
    GW_TRY(const bool row, check.step());
    if (!row || check.text(0) != "ok") {
      return make_error(Code::kDataLoss,
                        "the ledger is damaged; it was left as it is; restore a backup: " + (row ? check.text(0) : ""),
                        impl->path);
    }
    return {};
  }();
  if (!prepare.ok()) {
    Error error = prepare.error();
    if (error.where.empty()) error.where = impl->path;
    return error;
  }
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

Result<std::vector<std::int64_t>> Ledger::append(std::span<const NewFact> facts) {
  const std::lock_guard lock(impl_->mutex);
  sqlite3* db = impl_->db();
  GW_TRY(Transaction transaction, Transaction::begin(db));
  GW_TRY(Statement insert,
         Statement::prepare(db,
                            "INSERT INTO fact (learner, id, kind, version, at_ms, data) VALUES (?, ?, ?, ?, ?, ?) "
                            "ON CONFLICT (learner, id) DO NOTHING RETURNING seq"));
  GW_TRY(Statement same,
         Statement::prepare(db, "SELECT seq, kind, version, data FROM fact WHERE learner = ? AND id = ?"));
  std::vector<std::int64_t> numbers;
  for (const NewFact& fact : facts) {
    GW_CHECK_OK(check_fact(fact));
    const std::string data = base::canonical_json(fact.data);
    if (data.size() > kMaxDataBytes)
      return make_error(Code::kInvalidArgument,
                        "expected a fact of at most 1 MiB, found " + std::to_string(data.size()) + " bytes");
    insert.bind(fact.learner)
        .bind(fact.id)
        .bind(fact.kind)
        .bind(fact.version)
        .bind(fact.at.time_since_epoch().count())
        .bind(data);
    GW_TRY(const bool inserted, insert.step());
    if (inserted) {
      numbers.push_back(insert.integer(0));
    } else {
      same.bind(fact.learner).bind(fact.id);
      GW_TRY([[maybe_unused]] const bool row, same.step());
      if (same.text(1) != fact.kind || same.integer(2) != fact.version || same.text(3) != data) {
        return make_error(Code::kAlreadyExists, "the fact '" + fact.id + "' is recorded already, with other content");
      }
      numbers.push_back(same.integer(0));
      same.reset();
    }
    insert.reset();
  }
  GW_CHECK_OK(transaction.commit());
  return numbers;
}

Result<std::int64_t> Ledger::append(const NewFact& fact) {
  GW_TRY(const auto numbers, append(std::span(&fact, 1)));
  return numbers.front();
}

Result<std::vector<Fact>> Ledger::facts(const std::string& learner, std::int64_t after) {
  const std::lock_guard lock(impl_->mutex);
  GW_TRY(Statement statement,
         Statement::prepare(impl_->db(), std::string(kFactColumns) + "WHERE learner = ? AND seq > ? ORDER BY seq"));
  statement.bind(learner).bind(after);
  return all_facts(statement);
}

Result<std::vector<Fact>> Ledger::newest(const std::string& learner, std::int64_t before, int limit) {
  const std::lock_guard lock(impl_->mutex);
  GW_TRY(Statement statement,
         Statement::prepare(impl_->db(),
                            std::string(kFactColumns) + "WHERE learner = ? AND seq < ? ORDER BY seq DESC LIMIT ?"));
  statement.bind(learner).bind(before > 0 ? before : INT64_MAX).bind(limit);
  return all_facts(statement);
}

Result<std::optional<Fact>> Ledger::find(const std::string& learner, const std::string& id) {
  const std::lock_guard lock(impl_->mutex);
  GW_TRY(Statement statement,
         Statement::prepare(impl_->db(), std::string(kFactColumns) + "WHERE learner = ? AND id = ?"));
  statement.bind(learner).bind(id);
  GW_TRY(const bool row, statement.step());
  if (!row) return std::optional<Fact>();
  GW_TRY(Fact fact, fact_from_row(statement));
  return std::optional<Fact>(std::move(fact));
}

Result<std::vector<Fact>> Ledger::facts_of_kind(const std::string& kind) {
  const std::lock_guard lock(impl_->mutex);
  GW_TRY(Statement statement,
         Statement::prepare(impl_->db(), std::string(kFactColumns) + "WHERE kind = ? ORDER BY seq"));
  statement.bind(kind);
  return all_facts(statement);
}

Result<std::int64_t> Ledger::count(const std::string& learner) {
  const std::lock_guard lock(impl_->mutex);
  GW_TRY(Statement statement, Statement::prepare(impl_->db(), "SELECT count(*) FROM fact WHERE learner = ?"));
  statement.bind(learner);
  GW_TRY([[maybe_unused]] const bool row, statement.step());
  return statement.integer(0);
}

Result<std::vector<std::string>> Ledger::learners() {
  const std::lock_guard lock(impl_->mutex);
  GW_TRY(Statement statement, Statement::prepare(impl_->db(), "SELECT DISTINCT learner FROM fact ORDER BY learner"));
  std::vector<std::string> names;
  for (;;) {
    GW_TRY(const bool row, statement.step());
    if (!row) return names;
    names.push_back(statement.text(0));
  }
}

Result<std::int64_t> Ledger::last_seq() {
  const std::lock_guard lock(impl_->mutex);
  return single_integer(impl_->db(), "SELECT max(seq) FROM fact");
}

Result<std::int64_t> Ledger::last_seq(const std::string& learner) {
  const std::lock_guard lock(impl_->mutex);
  GW_TRY(Statement statement, Statement::prepare(impl_->db(), "SELECT max(seq) FROM fact WHERE learner = ?"));
  statement.bind(learner);
  GW_TRY([[maybe_unused]] const bool row, statement.step());
  return statement.integer(0);
}

Result<std::string> Ledger::put_blob(std::string_view bytes) {
  if (bytes.size() > kMaxBlobBytes)
    return make_error(Code::kInvalidArgument,
                      "expected at most 8 MiB, found " + std::to_string(bytes.size()) + " bytes");
  std::string hash = base::sha256_hex(bytes);
  const std::lock_guard lock(impl_->mutex);
  GW_TRY(Statement statement,
         Statement::prepare(impl_->db(), "INSERT INTO blob (sha256, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING"));
  statement.bind(hash).bind_blob(bytes);
  GW_TRY([[maybe_unused]] const bool row, statement.step());
  return hash;
}

Result<std::string> Ledger::get_blob(const std::string& sha256) {
  const std::lock_guard lock(impl_->mutex);
  GW_TRY(Statement statement, Statement::prepare(impl_->db(), "SELECT bytes FROM blob WHERE sha256 = ?"));
  statement.bind(sha256);
  GW_TRY(const bool row, statement.step());
  if (!row) return make_error(Code::kNotFound, "there is no blob " + base::clip(sha256, 80));
  std::string bytes = statement.text(0);
  if (base::sha256_hex(bytes) != sha256) return make_error(Code::kDataLoss, "the blob " + sha256 + " is damaged");
  return bytes;
}

Status Ledger::backup(const std::filesystem::path& path, const std::function<void(int, int)>& on_progress,
                      std::stop_token stop) {
  if (std::filesystem::exists(path)) return make_error(Code::kAlreadyExists, path.string() + " is there already");
  const std::string partial = path.string() + ".partial";
  std::error_code ignored;
  std::filesystem::remove(partial, ignored);
  const auto copy = [&]() -> Status {
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open(partial.c_str(), &raw);
    const Database target(raw);
    if (opened != SQLITE_OK) return sqlite_error(raw, opened, "create " + partial);
    sqlite3_backup* backup = nullptr;
    {
      const std::lock_guard lock(impl_->mutex);
      backup = sqlite3_backup_init(raw, "main", impl_->db(), "main");
    }
    if (backup == nullptr) return sqlite_error(raw, sqlite3_errcode(raw), "back up");
    int code = SQLITE_OK;
    while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
      if (stop.stop_requested()) {
        sqlite3_backup_finish(backup);
        return make_error(Code::kCancelled, "the backup was cancelled; no file was left");
      }
      {
        // A slice at a time, so that others get in between.
        const std::lock_guard lock(impl_->mutex);
        code = sqlite3_backup_step(backup, 256);
      }
      const int total = sqlite3_backup_pagecount(backup);
      if (on_progress) on_progress(total - sqlite3_backup_remaining(backup), total);
    }
    const int finished = sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE || finished != SQLITE_OK)
      return sqlite_error(raw, code != SQLITE_DONE ? code : finished, "back up");
    return execute(raw, "PRAGMA journal_mode = DELETE");  // one file, nothing beside it
  }();
  if (!copy.ok()) {
    std::filesystem::remove(partial, ignored);
    return copy;
  }
  std::error_code failure;
  std::filesystem::rename(partial, path, failure);
  if (failure) return base::errno_error(failure.value(), "rename to " + path.string());
  return {};
}

}  // namespace groundwork::ledger
