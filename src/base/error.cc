#include "base/error.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace groundwork::base {

std::string_view to_string(Code code) {
  static constexpr std::array<std::string_view, 16> kNames = {"UNSET",
                                                              "INVALID_ARGUMENT",
                                                              "NOT_FOUND",
                                                              "ALREADY_EXISTS",
                                                              "PERMISSION_DENIED",
                                                              "UNAUTHENTICATED",
                                                              "FAILED_PRECONDITION",
                                                              "OUT_OF_RANGE",
                                                              "RESOURCE_EXHAUSTED",
                                                              "DEADLINE_EXCEEDED",
                                                              "CANCELLED",
                                                              "ABORTED",
                                                              "UNIMPLEMENTED",
                                                              "UNAVAILABLE",
                                                              "DATA_LOSS",
                                                              "INTERNAL"};
  return kNames[static_cast<std::size_t>(code)];
}

std::string Error::text() const { return where.empty() ? message : where + ": " + message; }

std::string Error::chain() const {
  std::string out = text();
  for (const Error* e = cause.get(); e != nullptr; e = e->cause.get()) out += ": " + e->text();
  return out;
}

Error make_error(Code code, std::string message, std::string where) {
  return Error{code, std::move(message), {}, std::move(where), nullptr};
}

Error wrap(Error cause, std::string message) {
  const Code code = cause.code;
  return Error{code, std::move(message), cause.public_message, {}, std::make_shared<const Error>(std::move(cause))};
}

Error errno_error(int errno_value, std::string_view what) {
  Code code = Code::kInternal;
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
      code = Code::kNotFound;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = Code::kPermissionDenied;
      break;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      code = Code::kResourceExhausted;
      break;
    case EEXIST:
      code = Code::kAlreadyExists;
      break;
    default:
      break;
  }
  return make_error(code, std::string(what) + ": " + std::strerror(errno_value));
}

}  // namespace groundwork::base
