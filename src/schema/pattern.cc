#include "schema/pattern.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace groundwork::schema {
namespace {

using Kind = PatternNode::Kind;

std::string code_text(char32_t code) {
  std::array<char, 16> out{};
  std::snprintf(out.data(), out.size(), "\\x{%x}", static_cast<unsigned>(code));
  return out.data();
}

std::string set_text(const PatternNode& node) {
  if (node.set.empty() && node.properties.empty()) return node.negated ? "(?s:.)" : "[^\\x{0}-\\x{10ffff}]";
  std::string out = node.negated ? "[^" : "[";
  for (const CodeRange& range : node.set) {
    out += code_text(range.first);
    if (range.last != range.first) out += "-" + code_text(range.last);
  }
  for (const std::string& property : node.properties) out += property;
  return out + "]";
}

std::string repeat_text(const PatternNode& node) {
  const int low = node.minimum;
  const int high = node.maximum;
  if (low == 0 && high < 0) return "*";
  if (low == 1 && high < 0) return "+";
  if (low == 0 && high == 1) return "?";
  if (high < 0) return "{" + std::to_string(low) + ",}";
  return "{" + std::to_string(low) + "," + std::to_string(high) + "}";
}

/// RE2's spelling of the pattern. Which of several matches is found does not matter, so greed is dropped.
std::string re2_text(const PatternNode& node) {
  switch (node.kind) {
    case Kind::kSet:
      return set_text(node);
    case Kind::kSequence: {
      std::string out;
      for (const PatternNode& child : node.children) out += re2_text(child);
      return out;
    }
    case Kind::kChoice: {
      std::string out;
      for (const PatternNode& child : node.children) out += (out.empty() ? "(?:" : "|") + re2_text(child);
      return out + ")";
    }
    case Kind::kRepeat:
      return "(?:" + re2_text(node.children.front()) + ")" + repeat_text(node);
    case Kind::kStart:
      return "\\A";
    case Kind::kEnd:
      return "\\z";
    case Kind::kBoundary:
      return "\\b";
    case Kind::kNoBoundary:
      return "\\B";
  }
  return {};
}

}  // namespace

std::vector<CodeRange> normalised(std::vector<CodeRange> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const CodeRange& a, const CodeRange& b) { return a.first < b.first; });
  std::vector<CodeRange> out;
  for (const CodeRange& range : ranges) {
    if (!out.empty() && range.first <= out.back().last + 1) {
      out.back().last = std::max(out.back().last, range.last);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

std::vector<CodeRange> complement(const std::vector<CodeRange>& ranges) {
  std::vector<CodeRange> out;
  char32_t next = 0;
  for (const CodeRange& range : normalised(ranges)) {
    if (range.first > next) out.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastCode) out.push_back({next, kLastCode});
  return out;
}

struct Pattern::Impl {
  std::string source;
  PatternNode tree;
  std::unique_ptr<re2::RE2> program;
};

base::Result<Pattern> Pattern::compile(std::string_view source) {
  auto impl = std::make_shared<Impl>();
  impl->source = source;
  GW_TRY(impl->tree, parse_pattern(source));
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_never_capture(true);
  impl->program = std::make_unique<re2::RE2>(re2_text(impl->tree), options);
  if (!impl->program->ok()) {
    return base::make_error(base::Code::kUnimplemented, "expected a pattern that RE2 takes, found '" + impl->source +
                                                            "': " + impl->program->error());
  }
  return Pattern(std::move(impl));
}

bool Pattern::matches(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *impl_->program);
}

const std::string& Pattern::source() const { return impl_->source; }
const PatternNode& Pattern::tree() const { return impl_->tree; }

}  // namespace groundwork::schema
