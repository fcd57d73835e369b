#include "search/configuration.h"

#include <gtest/gtest.h>

namespace groundwork::search {
namespace {

TEST(Configuration, IsReadAsItIsWritten) {
  for (const char* text : {"mode=lexical", "mode=dense,chunk-tokens=64", "mode=hybrid,fusion-weight=0.35",
                           "mode=hybrid,fusion=rrf", "mode=rerank,chunk-tokens=64,fusion=rrf,rerank-depth=9",
                           "mode=rerank,chunk-tokens=220,overlap-tokens=40,fusion-weight=0,rerank-depth=50"}) {
    EXPECT_EQ(to_string(parse_configuration(text).value()), text);
  }
  EXPECT_EQ(to_string(parse_configuration("chunk-tokens=whole,fusion=calibrated,fusion-weight=learnt").value()),
            "mode=hybrid");
  EXPECT_EQ(to_string(parse_configuration("rerank-depth=7,mode=rerank").value()), "mode=rerank,rerank-depth=7");
}

TEST(Configuration, EachMistakeHasASentence) {
  const auto error = [](const char* text) { return parse_configuration(text).error().text(); };
  EXPECT_EQ(error("mode=fuzzy"), "expected mode lexical, dense, hybrid or rerank, found 'fuzzy'");
  EXPECT_NE(error("speed=1").find("found 'speed'"), std::string::npos);
  EXPECT_NE(error("hybrid").find("expected key=value,..."), std::string::npos);
  EXPECT_NE(error("").find("expected key=value,..."), std::string::npos);
  EXPECT_NE(error("mode=hybrid,").find("expected key=value,..."), std::string::npos);
  EXPECT_EQ(error("mode=hybrid,mode=dense"), "'mode' is given twice");
  EXPECT_EQ(error("chunk-tokens=x"), "expected a number as chunk-tokens, found 'x'");
  EXPECT_EQ(error("chunk-tokens=3"), "expected chunk-tokens from 8 to 100000, found 3");
  EXPECT_NE(error("chunk-tokens=64,overlap-tokens=40").find("at most half of chunk-tokens (64), found 40"),
            std::string::npos);
  EXPECT_NE(error("overlap-tokens=4").find("at most half of chunk-tokens (whole)"), std::string::npos);
  EXPECT_NE(error("fusion-weight=1.5").find("from 0 to 1"), std::string::npos);
  EXPECT_NE(error("fusion-weight=nan").find("from 0 to 1"), std::string::npos);
  EXPECT_EQ(error("mode=lexical,fusion-weight=0.5"), "fusion-weight does nothing in mode lexical");
  EXPECT_EQ(error("fusion=max"), "expected fusion calibrated or rrf, found 'max'");
  EXPECT_EQ(error("mode=dense,fusion=rrf"), "fusion does nothing in mode dense");
  EXPECT_EQ(error("fusion=rrf,fusion-weight=0.5"), "fusion-weight does nothing with fusion=rrf");
  EXPECT_EQ(error("mode=hybrid,rerank-depth=5"), "rerank-depth does nothing in mode hybrid");
  EXPECT_NE(error("mode=rerank,rerank-depth=0").find("from 1 to 1000"), std::string::npos);
}

}  // namespace
}  // namespace groundwork::search
