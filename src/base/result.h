#pragma once

#include <cassert>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/error.h"

namespace groundwork::base {

/// A value or the Error that stands in its place; shaped like std::expected, which g++ 12 has only under C++23.
/// Default-constructed it holds an Error of Code::kUnset: Asio 1.81's co_spawn default-constructs what it returns.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result() : state_(std::in_place_index<1>) {}
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    assert(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    assert(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    assert(ok());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    assert(!ok());
    return std::get<1>(state_);
  }
  Error&& error() && {
    assert(!ok());
    return std::get<1>(std::move(state_));
  }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  void value() const { assert(ok_); }
  const Error& error() const& {
    assert(!ok_);
    return error_;
  }
  Error&& error() && {
    assert(!ok_);
    return std::move(error_);
  }

 private:
  Error error_;
  bool ok_ = true;
};

using Status = Result<void>;

}  // namespace groundwork::base

#define GW_CONCAT_INNER(a, b) a##b
#define GW_CONCAT(a, b) GW_CONCAT_INNER(a, b)

/// GW_TRY(auto x, expr): declares x from the value of expr, or returns its error. A declaration and not a statement
/// expression, because the latter around co_await crashes g++ 12.2.
#define GW_TRY(declaration, expression) GW_TRY_IMPL(declaration, expression, return, GW_CONCAT(gw_result_, __LINE__))
#define GW_CO_TRY(declaration, expression) \
  GW_TRY_IMPL(declaration, expression, co_return, GW_CONCAT(gw_result_, __LINE__))
#define GW_TRY_IMPL(declaration, expression, leave, result) \
  auto result = (expression);                               \
  if (!result.ok()) leave std::move(result).error();        \
  declaration = std::move(result).value()

/// GW_CHECK_OK(expr): returns the error of a Status, goes on otherwise.
#define GW_CHECK_OK(expression) GW_CHECK_OK_IMPL(expression, return, GW_CONCAT(gw_status_, __LINE__))
#define GW_CO_CHECK_OK(expression) GW_CHECK_OK_IMPL(expression, co_return, GW_CONCAT(gw_status_, __LINE__))
#define GW_CHECK_OK_IMPL(expression, leave, status)    \
  do {                                                 \
    auto status = (expression);                        \
    if (!status.ok()) leave std::move(status).error(); \
  } while (false)
