#pragma once

// base: results and errors, clocks, hashing, files, JSON with limits. In scope: what every other room needs. Not in
// scope: anything that knows what Groundwork is for.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace groundwork::base {

/// What kind of failure it was; the names and meanings of gRPC's canonical codes. `api` and `cli` map them to an HTTP
/// status or an exit code from one table each (`http::problem`, `cli::exit_of`); no other room knows of either.
enum class Code : std::uint8_t {
  kUnset,  ///< only in a default-constructed Result, as asio::co_spawn makes it; never returned on purpose
  kInvalidArgument,
  kNotFound,
  kAlreadyExists,
  kPermissionDenied,
  kUnauthenticated,
  kFailedPrecondition,
  kOutOfRange,
  kResourceExhausted,
  kDeadlineExceeded,
  kCancelled,
  kAborted,
  kUnimplemented,
  kUnavailable,
  kDataLoss,
  kInternal,
};

std::string_view to_string(Code code);

/// A failure as a value. `message` says what was expected, what was found and where, for the person at the terminal or
/// in the log; `public_message` is what an HTTP client may read (empty: the message itself is safe to show).
struct Error {
  Code code = Code::kUnset;
  std::string message;
  std::string public_message;
  std::string where;                   ///< "file:line:column" of the input, or the operation that failed; may be empty
  std::shared_ptr<const Error> cause;  ///< shared, because errors are copied and a chain is immutable

  /// "where: message", without the cause.
  std::string text() const;
  /// The message and every cause behind it, joined by ": ".
  std::string chain() const;
};

Error make_error(Code code, std::string message, std::string where = {});
/// The same failure seen from one level up: `message` in front, `cause` kept, the code inherited.
Error wrap(Error cause, std::string message);
/// From errno, with what was being done: "open /x/y: No such file or directory". Codes: ENOENT kNotFound,
/// EACCES/EPERM/EROFS kPermissionDenied, ENOSPC/EDQUOT/EMFILE kResourceExhausted, EEXIST kAlreadyExists, else
/// kInternal.
Error errno_error(int errno_value, std::string_view what);

}  // namespace groundwork::base
