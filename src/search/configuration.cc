#include "search/configuration.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <set>

#include "base/utf8.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kSmallestChunk = 8;
constexpr std::size_t kLargestChunk = 100'000;

template <typename Number>
Result<Number> number_of(std::string_view key, std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return make_error(Code::kInvalidArgument,
                    "expected a number as " + std::string(key) + ", found '" + base::clip(text, 40) + "'");
}

bool fuses(Mode mode) { return mode == Mode::kHybrid || mode == Mode::kRerank; }

Status set(Configuration& configuration, std::string_view key, std::string_view value) {
  if (key == "mode") {
    const auto mode = mode_of(value);
    if (!mode) {
      return make_error(Code::kInvalidArgument,
                        "expected mode " + std::string(kModes) + ", found '" + base::clip(value, 40) + "'");
    }
    configuration.mode = *mode;
  } else if (key == "chunk-tokens") {
    configuration.chunk_tokens.reset();
    if (value == "whole") return {};
    GW_TRY(configuration.chunk_tokens, number_of<std::size_t>(key, value));
  } else if (key == "overlap-tokens") {
    GW_TRY(configuration.overlap_tokens, number_of<std::size_t>(key, value));
  } else if (key == "fusion") {
    const auto fusion = fusion_of(value);
    if (!fusion) {
      return make_error(Code::kInvalidArgument,
                        "expected fusion " + std::string(kFusions) + ", found '" + base::clip(value, 40) + "'");
    }
    configuration.fusion = *fusion;
  } else if (key == "fusion-weight") {
    configuration.lexical_weight.reset();
    if (value == "learnt") return {};
    GW_TRY(configuration.lexical_weight, number_of<double>(key, value));
  } else if (key == "rerank-depth") {
    GW_TRY(configuration.rerank_depth, number_of<std::size_t>(key, value));
  } else {
    return make_error(Code::kInvalidArgument,
                      "expected " + std::string(kConfigurationKeys) + ", found '" + base::clip(key, 40) + "'");
  }
  return {};
}

}  // namespace

Status check(const Configuration& one) {
  if (one.chunk_tokens && (*one.chunk_tokens < kSmallestChunk || *one.chunk_tokens > kLargestChunk)) {
    return make_error(Code::kInvalidArgument, "expected chunk-tokens from " + std::to_string(kSmallestChunk) + " to " +
                                                  std::to_string(kLargestChunk) + ", found " +
                                                  std::to_string(*one.chunk_tokens));
  }
  if (one.overlap_tokens > one.chunk_tokens.value_or(0) / 2) {
    return make_error(Code::kInvalidArgument, "expected overlap-tokens of at most half of chunk-tokens (" +
                                                  (one.chunk_tokens ? std::to_string(*one.chunk_tokens) : "whole") +
                                                  "), found " + std::to_string(one.overlap_tokens));
  }
  if (one.lexical_weight && !(*one.lexical_weight >= 0 && *one.lexical_weight <= 1)) {
    return make_error(Code::kInvalidArgument,
                      "expected fusion-weight from 0 to 1, found " + std::to_string(*one.lexical_weight));
  }
  if (one.rerank_depth == 0 || one.rerank_depth > kLargestTopK) {
    return make_error(Code::kInvalidArgument, "expected rerank-depth from 1 to " + std::to_string(kLargestTopK) +
                                                  ", found " + std::to_string(one.rerank_depth));
  }
  return {};
}

Result<Configuration> parse_configuration(std::string_view text) {
  Configuration configuration;
  std::set<std::string_view> keys;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      return make_error(Code::kInvalidArgument, "expected key=value,... with the keys " +
                                                    std::string(kConfigurationKeys) + "; found '" +
                                                    base::clip(part, 40) + "'");
    }
    const std::string_view key = part.substr(0, equals);
    if (!keys.insert(key).second) {
      return make_error(Code::kInvalidArgument, "'" + base::clip(key, 40) + "' is given twice");
    }
    GW_CHECK_OK(set(configuration, key, part.substr(equals + 1)));
    begin = end + 1;
  }
  const auto ignored = [&](const char* key) {
    return make_error(Code::kInvalidArgument,
                      std::string(key) + " does nothing in mode " + std::string(to_string(configuration.mode)));
  };
  if (keys.contains("fusion") && !fuses(configuration.mode)) return ignored("fusion");
  if (keys.contains("fusion-weight") && !fuses(configuration.mode)) return ignored("fusion-weight");
  if (keys.contains("rerank-depth") && configuration.mode != Mode::kRerank) return ignored("rerank-depth");
  if (configuration.lexical_weight && configuration.fusion == Fusion::kReciprocalRank) {
    return make_error(Code::kInvalidArgument, "fusion-weight does nothing with fusion=rrf");
  }
  GW_CHECK_OK(check(configuration));
  return configuration;
}

std::string to_string(const Configuration& one) {
  std::string text = "mode=" + std::string(to_string(one.mode));
  if (one.chunk_tokens) text += ",chunk-tokens=" + std::to_string(*one.chunk_tokens);
  if (one.overlap_tokens > 0) text += ",overlap-tokens=" + std::to_string(one.overlap_tokens);
  if (one.fusion == Fusion::kReciprocalRank && fuses(one.mode)) text += ",fusion=rrf";
  if (one.lexical_weight && fuses(one.mode)) {
    std::array<char, 32> weight{};
    const auto written = std::to_chars(weight.data(), weight.data() + weight.size(), *one.lexical_weight);
    text += ",fusion-weight=" + std::string(weight.data(), written.ptr);
  }
  if (one.mode == Mode::kRerank) text += ",rerank-depth=" + std::to_string(one.rerank_depth);
  return text;
}

}  // namespace groundwork::search
