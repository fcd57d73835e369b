#pragma once

// One connection to PostgreSQL. In scope: libpq (wrapped in this file's .cc alone), deadlines, errors as values. Not in
// scope: what is asked.

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace groundwork::search {

struct PgOptions {
  std::string url;  ///< postgresql://user@host:port/db?option=value, as libpq reads it; may hold a password
  std::chrono::seconds connect{5};
  std::chrono::seconds statement{60};
};

/// Rows of text; NULL is the empty string.
using PgRows = std::vector<std::vector<std::string>>;

/// For one thread at a time. After an error of code kUnavailable or kDeadlineExceeded it is of no more use.
class PgConnection {
 public:
  /// @errors kInvalidArgument: not a connection URL; kUnavailable; kUnauthenticated; kDeadlineExceeded. No message
  ///         holds the URL or the password.
  static base::Result<std::unique_ptr<PgConnection>> open(const PgOptions& options);
  ~PgConnection();

  /// One statement; $1, $2 and so on are the parameters, as text. Each row of the answer has `columns` fields.
  /// @errors kUnavailable, kDeadlineExceeded, kPermissionDenied, kResourceExhausted; kNotFound: no such table or
  /// schema;
  ///         kInternal: what the server says otherwise
  base::Result<PgRows> query(const std::string& sql, std::span<const std::string> parameters, std::size_t columns);
  /// One statement that gives exactly one value.
  base::Result<std::string> value(const std::string& sql, std::span<const std::string> parameters = {});
  /// One statement without an answer.
  base::Status run(const std::string& sql, std::span<const std::string> parameters = {});

  /// "postgresql://host:port/database", without user and password.
  const std::string& place() const;
  bool usable() const;

 private:
  struct Impl;
  explicit PgConnection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// A one-dimensional array as PostgreSQL reads it: {"a","b"}.
std::string pg_array(std::span<const std::string> values);

}  // namespace groundwork::search
