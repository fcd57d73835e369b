#include "schema/document.h"

#include <gtest/gtest.h>

namespace groundwork::schema {
namespace {

std::string error_of(std::string_view text) {
  const auto result = parse_yaml(text, "x.yaml");
  return result.ok() ? "parsed" : result.error().text();
}

TEST(ParseYaml, TypesAreThoseOfTheCoreSchema) {
  const auto document =
      parse_yaml("a: 1\nb: 1.5\nc: true\nd: ~\ne: 2026-04-05\nf: '1'\ng: no\nh: -3\ni: 1e3\nj: inf\n", "x.yaml")
          .value();
  EXPECT_EQ(base::canonical_json(document.value),
            R"({"a":1,"b":1.5E0,"c":true,"d":null,"e":"2026-04-05","f":"1","g":"no","h":-3,"i":1E3,"j":"inf"})");
}

TEST(ParseYaml, KnowsWhereEachValueStands) {
  const auto document = parse_yaml("a: 1\nb:\n  - x\n  - c/d: y\n", "x.yaml").value();
  EXPECT_EQ(document.position_of("/b/0"), (Position{3, 5}));
  EXPECT_EQ(document.position_of("/b/1/c~1d"), (Position{4, 10}));
  EXPECT_EQ(document.position_of("/b/1/missing"), (Position{4, 5}));
}

TEST(ParseYaml, ErrorsNameFileLineAndColumn) {
  EXPECT_EQ(error_of("a: 1\na: 2\n"), "x.yaml:2:1: the key 'a' is there twice");
  EXPECT_EQ(error_of("a: [1\nb: 2\n").rfind("x.yaml:", 0), 0U);
  EXPECT_NE(error_of("a: &x 1\nb: *x\n").find("1:4: expected a value, found an anchor"), std::string::npos)
      << error_of("a: &x 1\nb: *x\n");
  EXPECT_NE(error_of("a: 1\n---\nb: 2\n").find("found more"), std::string::npos);
  EXPECT_NE(error_of("").find("empty"), std::string::npos);
  EXPECT_NE(error_of(std::string(2000, '[')).find("x.yaml"), std::string::npos);
  EXPECT_NE(error_of("? [a]\n: 1\n").find("expected a text as key"), std::string::npos);
}

TEST(FrontMatter, LinesAreThoseOfTheFile) {
  const auto page = split_front_matter("---\nid: a\ntitle: b\n---\nBody\n", "x.md").value();
  EXPECT_EQ(page.document.position_of("/title").line, 3);
  EXPECT_EQ(page.body, "Body\n");
  EXPECT_EQ(page.body_line, 5);
  EXPECT_EQ(split_front_matter("---\nid: a\nid: b\n---\n", "x.md").error().where, "x.md:3:1");
  EXPECT_FALSE(split_front_matter("# Title\n", "x.md").ok());
  EXPECT_FALSE(split_front_matter("---\nid: a\n", "x.md").ok());
}

}  // namespace
}  // namespace groundwork::schema
