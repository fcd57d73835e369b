#include "text/decode.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "base/random.h"
#include "base/utf8.h"

namespace groundwork::text {
namespace {

using namespace std::string_literals;

std::string text_of(std::string_view bytes, Encoding encoding) {
  const auto result = decode(bytes);
  if (!result.ok()) return "error: " + result.error().message;
  EXPECT_EQ(to_string(result->encoding), to_string(encoding));
  return result->text;
}
std::string error_of(std::string_view bytes) {
  const auto result = decode(bytes);
  return result.ok() ? "accepted as " + std::string(to_string(result->encoding)) : result.error().message;
}

TEST(Decode, Utf8StaysAndLosesItsMark) {
  EXPECT_EQ(text_of("caf\u00e9", Encoding::kUtf8), "caf\u00e9");
  EXPECT_EQ(text_of("\xEF\xBB\xBF"
                    "a",
                    Encoding::kUtf8),
            "a");
  EXPECT_EQ(text_of("", Encoding::kUtf8), "");
}

TEST(Decode, Utf16IsReadInBothOrdersWithPairs) {
  EXPECT_EQ(text_of("\xFF\xFE"
                    "a\0\xE9\0\x3D\xD8\x00\xDE"s,
                    Encoding::kUtf16LittleEndian),
            "a\u00e9\U0001F600");
  EXPECT_EQ(text_of("\xFE\xFF\0a\0\xE9"s, Encoding::kUtf16BigEndian), "a\u00e9");
}

TEST(Decode, BrokenUtf16IsRefusedWithItsPlace) {
  EXPECT_EQ(error_of("\xFF\xFE"
                     "a\0b"s),
            "expected text, found UTF-16 of an odd number of bytes, 3");
  EXPECT_EQ(error_of("\xFF\xFE"
                     "a\0\x3D\xD8"s),
            "expected text, found UTF-16 with half of a surrogate pair at byte 4");
  EXPECT_EQ(error_of("\xFF\xFE"
                     "\x00\xDE"
                     "a\0"s),
            "expected text, found UTF-16 with half of a surrogate pair at byte 2");
  EXPECT_EQ(error_of("\xFF\xFE"
                     "a\0\0\0"s),
            "expected text, found binary data: a NUL character in UTF-16 at byte 4");
}

TEST(Decode, Windows1252IsTakenWhenItReadsLikeText) {
  EXPECT_EQ(text_of("d\xE9j\xE0 vu \x93quoted\x94 \x80 5", Encoding::kWindows1252), "déjà vu “quoted” € 5");
}

TEST(Decode, BinaryPosingAsTextIsRefusedAndNamed) {
  EXPECT_EQ(error_of("abc\0def"s), "expected text, found binary data: a NUL byte at byte 3");
  EXPECT_EQ(error_of("%PDF-1.4\n"), "expected text, found a PDF");
  EXPECT_EQ(error_of("PK\x03\x04zzz"), "expected text, found a ZIP archive (or DOCX, XLSX, EPUB)");
  EXPECT_EQ(error_of("\x01\x02\x03\x04 words"),
            "expected text, found binary data: 4 control characters among 10 bytes");
  EXPECT_EQ(error_of("ab \x81 cdef \xE9"),
            "expected text, found bytes that are neither UTF-8 (broken at byte 3) nor Windows-1252 (0x81 at byte 3)");
  EXPECT_EQ(error_of("\xCF\xE8\xF2\xE5\xF0"),
            "expected text, found bytes in no known encoding: not UTF-8 from byte 0, and 5 of 5 bytes are not ASCII");
}

TEST(Decode, AFileOfAGigabyteIsRefusedUnread) {
  const auto folder = base::TemporaryFolder::create("decode");
  ASSERT_TRUE(folder.ok());
  const auto path = folder->path() / "huge.txt";
  std::ofstream(path).put('a');
  std::filesystem::resize_file(path, std::uintmax_t{1} << 30);  // sparse
  const auto result = decode_file(path, 1000);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().text(), path.string() + ": expected a document of at most 1000 bytes, found 1073741824");
  EXPECT_EQ(result.error().code, base::Code::kResourceExhausted);
  EXPECT_EQ(decode("12345", 4).error().message, "expected a document of at most 4 bytes, found 5");
}

TEST(Decode, AFileThatIsNoTextIsNamed) {
  const auto folder = base::TemporaryFolder::create("decode");
  ASSERT_TRUE(folder.ok());
  const auto path = folder->path() / "a.txt";
  std::ofstream(path) << "GIF89a";
  EXPECT_EQ(decode_file(path).error().text(), path.string() + ": expected text, found a GIF image");
  EXPECT_EQ(decode_file(folder->path() / "none").error().code, base::Code::kNotFound);
}

TEST(Decode, WhateverIsAcceptedIsUtf8) {
  base::Random random(3);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random.below(24), ' ');
    for (char& c : bytes) c = static_cast<char>(random.below(4) == 0 ? random.below(256) : 'a' + random.below(26));
    if (random.below(3) == 0) bytes.insert(0, random.below(2) == 0 ? "\xFF\xFE" : "\xFE\xFF");
    const auto result = decode(bytes);
    if (result.ok()) {
      ASSERT_TRUE(base::is_utf8(result->text));
    } else {
      ASSERT_FALSE(result.error().message.empty());
    }
  }
}

}  // namespace
}  // namespace groundwork::text
