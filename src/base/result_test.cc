#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace groundwork::base {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return make_error(Code::kInvalidArgument, "expected an even number, found " + std::to_string(n));
  return n / 2;
}

Result<int> quarter(int n) {
  GW_TRY(const int h, half(n));
  GW_TRY(const int q, half(h));
  return q;
}

Status check_quarter(int n) {
  GW_CHECK_OK([&]() -> Status {
    auto q = quarter(n);
    if (!q.ok()) return q.error();
    return {};
  }());
  return {};
}

TEST(Result, TryPassesTheValueOn) { EXPECT_EQ(quarter(12).value(), 3); }

TEST(Result, TryReturnsTheFirstError) {
  const auto result = quarter(6);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "expected an even number, found 3");
  EXPECT_EQ(check_quarter(6).error().code, Code::kInvalidArgument);
  EXPECT_TRUE(check_quarter(8).ok());
}

TEST(Result, DefaultIsUnsetError) {
  const Result<int> result;
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kUnset);
}

TEST(Result, HoldsMoveOnlyValues) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 7);
}

TEST(Error, WrapKeepsCodeAndChain) {
  const Error inner = make_error(Code::kNotFound, "no such file", "a.yaml:3");
  const Error outer = wrap(inner, "loading modules");
  EXPECT_EQ(outer.code, Code::kNotFound);
  EXPECT_EQ(outer.chain(), "loading modules: a.yaml:3: no such file");
}

TEST(Error, ErrnoMapsToCanonicalCodes) {
  EXPECT_EQ(errno_error(ENOSPC, "write").code, Code::kResourceExhausted);
  EXPECT_EQ(errno_error(EROFS, "write").code, Code::kPermissionDenied);
  EXPECT_EQ(errno_error(ENOENT, "open x").message, "open x: No such file or directory");
}

}  // namespace
}  // namespace groundwork::base
