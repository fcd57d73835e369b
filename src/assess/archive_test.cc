#include "assess/archive.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdio>
#include <string>

namespace groundwork::assess {
namespace {

using base::Code;

std::string octal(std::size_t value, std::size_t width) {
  std::string out(width, '0');
  for (std::size_t i = width - 1; i > 0; --i, value /= 8) out[i - 1] = static_cast<char>('0' + value % 8);
  out[width - 1] = '\0';
  return out;
}

/// One entry as GNU tar and Python's tarfile write it.
std::string entry(const std::string& name, const std::string& content, char type = '0', const std::string& prefix = "",
                  std::size_t claimed = std::string::npos) {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  header.replace(100, 8, octal(0644, 8));
  header.replace(124, 12, octal(claimed == std::string::npos ? content.size() : claimed, 12));
  header.replace(148, 8, "        ");
  header[156] = type;
  header.replace(257, 8,
                 std::string("ustar\0"
                             "00",
                             8));
  header.replace(345, prefix.size(), prefix);
  std::size_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  header.replace(148, 7, octal(sum, 7));
  return header + content + std::string((512 - content.size() % 512) % 512, '\0');
}
std::string tar(const std::string& entries) { return entries + std::string(1024, '\0'); }

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  std::string in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// The error of reading it, as "CODE message".
std::string refusal(const std::string& bytes, const ArchiveLimits& limits = {}) {
  const auto files = read_archive(bytes, limits);
  return files.ok() ? "taken" : std::string(to_string(files.error().code)) + " " + files.error().message;
}
void expect_refused(const std::string& bytes, Code code, const std::string& part, const ArchiveLimits& limits = {}) {
  const auto files = read_archive(bytes, limits);
  ASSERT_FALSE(files.ok()) << part;
  EXPECT_EQ(files.error().code, code) << files.error().message;
  EXPECT_NE(files.error().message.find(part), std::string::npos) << files.error().message;
}

TEST(Archive, GivesTheFilesOfATarAndOfATarGz) {
  const std::string archive = tar(entry("./", "", '5') + entry("./cache.py", "one") + entry("more/b.py", "") +
                                  entry("c.py", std::string(1000, 'c'), '\0'));
  for (const std::string& bytes : {archive, gzip(archive)}) {
    const auto files = read_archive(bytes);
    ASSERT_TRUE(files.ok()) << files.error().message;
    EXPECT_EQ(*files, (std::map<std::string, std::string>{
                          {"cache.py", "one"}, {"more/b.py", ""}, {"c.py", std::string(1000, 'c')}}));
  }
}

TEST(Archive, UnderstandsLongNamesInAllThreeWays) {
  const std::string name = std::string(150, 'n') + ".py";
  const std::string record = " path=" + name + "\n";
  const std::string pax = std::to_string(record.size() + 3) + record;
  for (const std::string& entries :
       {entry("././@LongLink", name + '\0', 'L') + entry(name.substr(0, 100), "x"),
        entry("PaxHeaders/x", pax, 'x') + entry(name.substr(0, 100), "x"), entry("x.py", "x", '0', "folder")}) {
    const auto files = read_archive(tar(entries));
    ASSERT_TRUE(files.ok()) << files.error().message;
    const std::string path = files->begin()->first;
    EXPECT_TRUE(path == name || path == "folder/x.py") << path;
  }
}

TEST(Archive, ALongNameIsForTheNextEntryAlone) {
  const auto files = read_archive(
      tar(entry("././@LongLink", std::string("long.py\0", 8), 'L') + entry("a", "1") + entry("b.py", "2")));
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(*files, (std::map<std::string, std::string>{{"long.py", "1"}, {"b.py", "2"}}));
}

TEST(Archive, NoPathLeadsOut) {
  expect_refused(tar(entry("../x.py", "x")), Code::kInvalidArgument, "'../x.py': a path may not lead upwards");
  expect_refused(tar(entry("a/../../x.py", "x")), Code::kInvalidArgument, "lead upwards");
  expect_refused(tar(entry("a/..", "x")), Code::kInvalidArgument, "lead upwards");
  expect_refused(tar(entry("../", "", '5')), Code::kInvalidArgument, "lead upwards");
  expect_refused(tar(entry("/etc/passwd", "x")), Code::kInvalidArgument, "found an absolute one");
  expect_refused(tar(entry("x.py", "x", '0', "/etc")), Code::kInvalidArgument, "found an absolute one");
  expect_refused(tar(entry("..\\x.py", "x")), Code::kInvalidArgument, "backslash");
  expect_refused(tar(entry("a\nb", "x")), Code::kInvalidArgument, "'a?b': a path may not hold control characters");
  expect_refused(tar(entry("\xff.py", "x")), Code::kInvalidArgument, "not UTF-8");
  expect_refused(tar(entry("", "x")), Code::kInvalidArgument, "expected a path");
  expect_refused(tar(entry(".", "x")), Code::kInvalidArgument, "not the path of a file");
  const std::string record = "18 path=../out.py\n";
  ASSERT_EQ(record.size(), 18U);
  expect_refused(tar(entry("pax", record, 'x') + entry("x.py", "x")), Code::kInvalidArgument, "lead upwards");
  expect_refused(tar(entry("l", std::string("../x\0", 5), 'L') + entry("x.py", "x")), Code::kInvalidArgument,
                 "lead upwards");
}

TEST(Archive, TakesNeitherLinksNorDevices) {
  expect_refused(tar(entry("a", "", '1')), Code::kInvalidArgument, "'a': hard links are not taken");
  expect_refused(tar(entry("a", "", '2')), Code::kInvalidArgument, "'a': symbolic links are not taken");
  expect_refused(tar(entry("a", "", '3')), Code::kInvalidArgument, "devices are not taken");
  expect_refused(tar(entry("a", "", '6')), Code::kInvalidArgument, "pipes are not taken");
  expect_refused(tar(entry("a", "", 'S')), Code::kInvalidArgument, "only regular files and folders");
}

TEST(Archive, OnePathOnce) {
  expect_refused(tar(entry("a.py", "1") + entry("./a.py", "2")), Code::kInvalidArgument, "'a.py': is there twice");
}

TEST(Archive, ABombGoesOffNowhere) {
  const std::string bomb = gzip(std::string(std::size_t{64} << 20, '\0'));
  ASSERT_LT(bomb.size(), std::size_t{1} << 20);
  expect_refused(bomb, Code::kResourceExhausted, "unpacked bytes: expected at most 16777216, found more");
  expect_refused(tar(entry("a.py", std::string(300'000, 'x'))), Code::kResourceExhausted,
                 "bytes of 'a.py': expected at most 262144, found 300000");
  std::string many;
  for (int i = 0; i < 21; ++i) many += entry("f" + std::to_string(i), "");
  expect_refused(tar(many), Code::kResourceExhausted, "files: expected at most 20, found more");
  expect_refused(std::string(std::size_t{9} << 20, 'x'), Code::kResourceExhausted,
                 "bytes of the archive: expected at most 8388608");
  expect_refused(tar(entry("x", "", '0', "", 0777'7777'7777)), Code::kResourceExhausted, "found 8589934591");
  expect_refused(tar(entry("x", std::string(70'000, 'n'), 'L')), Code::kResourceExhausted, "extended header");
}

TEST(Archive, WhatIsNotAnArchiveSaysWhere) {
  expect_refused("", Code::kInvalidArgument, "found nothing");
  expect_refused(std::string(600, 'x'), Code::kInvalidArgument, "no valid header at byte 0");
  expect_refused("PK\x03\x04", Code::kInvalidArgument, "ends in the middle of an entry at byte 0");
  std::string bent = tar(entry("a.py", "1") + entry("b.py", "2"));
  bent[1024] = 'X';
  expect_refused(bent, Code::kInvalidArgument, "no valid header at byte 1024");
  expect_refused(entry("a.py", "", '0', "", 1000), Code::kInvalidArgument, "middle of an entry at byte 0");
  const std::string packed = gzip(tar(entry("a.py", "1")));
  expect_refused(packed.substr(0, packed.size() / 2), Code::kInvalidArgument, "ends in the middle of the stream");
  expect_refused(packed + "tail", Code::kInvalidArgument, "4 bytes follow the end of the stream");
  std::string wrong = packed;
  wrong[wrong.size() - 6] = static_cast<char>(wrong[wrong.size() - 6] ^ 1);  // in the CRC-32
  expect_refused(wrong, Code::kInvalidArgument, "gzip: not a valid stream");
  for (const char* record : {"x", "99 path=a\n", "9 path=a ", "3 \n", "7 path\n", "13 size=-1234\n"}) {
    expect_refused(tar(entry("p", record, 'x') + entry("a", "")), Code::kInvalidArgument, "pax header");
  }
}

TEST(Archive, NoPrefixOfAnArchiveAndNoFlippedByteCrashes) {
  const std::string record = "18 path=in/it.pyy\n";
  const std::string whole = tar(entry("pax", record, 'x') + entry("x", "content") + entry("b.py", "2"));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    static_cast<void>(refusal(whole.substr(0, i)));
    std::string bent = whole;
    bent[i] = static_cast<char>(bent[i] ^ 0x41);
    const auto files = read_archive(bent);
    if (!files.ok()) continue;
    for (const auto& [path, content] : *files) EXPECT_EQ(("/" + path + "/").find("/../"), std::string::npos);
  }
  EXPECT_EQ(refusal(whole), "taken");
}

}  // namespace
}  // namespace groundwork::assess
