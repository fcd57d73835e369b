#include "model/gbnf_sampler.h"

#include <algorithm>
#include <cctype>

namespace groundwork::model {
namespace {

constexpr int kNever = 1'000'000;

void append_utf8(char32_t code, std::string& out) {
  const auto byte = [&out](char32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xc0 | (code >> 6));
    byte(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    byte(0xe0 | (code >> 12));
    byte(0x80 | ((code >> 6) & 0x3f));
    byte(0x80 | (code & 0x3f));
  } else {
    byte(0xf0 | (code >> 18));
    byte(0x80 | ((code >> 12) & 0x3f));
    byte(0x80 | ((code >> 6) & 0x3f));
    byte(0x80 | (code & 0x3f));
  }
}

}  // namespace

class GbnfSampler::Parser {
 public:
  Parser(std::string_view text, GbnfSampler& out) : text_(text), out_(out) {}

  base::Status run() {
    while (!text_.empty()) {
      const std::string name = word();
      if (name.empty() || !eat(" ::= ")) return wrong("a rule");
      const std::size_t index = number(name);
      if (out_.defined_[index]) return wrong("a rule of its own, not " + name + " twice");
      Ways body;
      if (!ways(body)) return wrong("a rule's body");
      out_.rules_[index] = std::move(body);
      out_.defined_[index] = true;
      if (!eat("\n")) return wrong("the end of the line");
    }
    if (out_.names_.count("root") == 0) return wrong("a rule 'root'");
    for (const auto& [name, index] : out_.names_) {
      if (!out_.defined_[index]) return wrong("the rule " + name);
    }
    return {};
  }

 private:
  base::Error wrong(const std::string& expected) const {
    return base::make_error(base::Code::kInvalidArgument,
                            "expected " + expected + ", found '" + std::string(text_.substr(0, 40)) + "'");
  }
  bool eat(std::string_view token) {
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }
  std::string word() {
    std::size_t n = 0;
    while (n < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[n])) != 0 || text_[n] == '-')) ++n;
    std::string out(text_.substr(0, n));
    text_.remove_prefix(n);
    return out;
  }
  std::size_t number(const std::string& name) {
    const auto [found, added] = out_.names_.emplace(name, out_.rules_.size());
    if (added) {
      out_.rules_.emplace_back();
      out_.defined_.push_back(false);
    }
    return found->second;
  }
  bool ways(Ways& out) {
    do {
      out.emplace_back();
      while (true) {
        while (eat(" ")) {
        }
        if (text_.empty() || text_.front() == '|' || text_.front() == ')' || text_.front() == '\n') break;
        Item one;
        if (!item(one) || !repetition(one)) return false;
        out.back().push_back(std::move(one));
      }
    } while (eat("|"));
    return true;
  }
  bool item(Item& out) {
    if (eat("\"")) {
      while (!eat("\"")) {
        if (text_.empty()) return false;
        append_utf8(code(), out.text);
      }
      return true;
    }
    if (eat("[")) {
      out.kind = Item::Kind::kSet;
      while (!eat("]")) {
        if (text_.empty()) return false;
        const char32_t low = code();
        const char32_t high = eat("-") ? code() : low;
        out.set.emplace_back(low, high);
      }
      return !out.set.empty();
    }
    if (eat("(")) {
      out.kind = Item::Kind::kGroup;
      return ways(out.ways) && eat(")");
    }
    const std::string name = word();
    out.kind = Item::Kind::kRule;
    out.rule = name.empty() ? 0 : number(name);
    return !name.empty();
  }
  char32_t code() {
    if (!eat("\\")) {
      const auto lead = static_cast<unsigned char>(text_.front());
      const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      char32_t out = length == 1 ? lead : lead & (0xff >> (length + 1));
      for (std::size_t i = 1; i < length; ++i) out = (out << 6) | (static_cast<unsigned char>(text_[i]) & 0x3f);
      text_.remove_prefix(length);
      return out;
    }
    const char kind = text_.front();
    text_.remove_prefix(1);
    const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    if (digits == 0) return static_cast<char32_t>(kind);
    const auto out = static_cast<char32_t>(std::stoul(std::string(text_.substr(0, digits)), nullptr, 16));
    text_.remove_prefix(digits);
    return out;
  }
  bool repetition(Item& out) {
    if (eat("*")) out.minimum = 0, out.maximum = -1;
    if (eat("+")) out.minimum = 1, out.maximum = -1;
    if (eat("?")) out.minimum = 0, out.maximum = 1;
    if (!eat("{")) return true;
    const std::string low = word();
    std::string high = low;
    if (eat(",")) high = word();
    if (low.empty() || !eat("}")) return false;
    out.minimum = std::stoi(low);
    out.maximum = high.empty() ? -1 : std::stoi(high);
    return out.maximum <= 2000 && out.minimum <= 2000;  // llama.cpp takes no more
  }

  std::string_view text_;
  GbnfSampler& out_;
};

base::Result<GbnfSampler> GbnfSampler::parse(std::string_view grammar) {
  GbnfSampler out;
  GW_CHECK_OK(Parser(grammar, out).run());
  out.cost_.assign(out.rules_.size(), kNever);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < out.rules_.size(); ++i) {
      const int cost = std::min(out.cost_of(out.rules_[i]) + 1, kNever);
      changed = changed || cost < out.cost_[i];
      out.cost_[i] = std::min(out.cost_[i], cost);
    }
  }
  if (out.cost_[out.names_.at("root")] >= kNever) {
    return base::make_error(base::Code::kInvalidArgument, "expected a grammar with a finite text");
  }
  return out;
}

int GbnfSampler::cost_of(const Ways& ways) const {
  int least = kNever;
  for (const auto& way : ways) least = std::min(least, cost_of(way));
  return least;
}

int GbnfSampler::cost_of(const std::vector<Item>& way) const {
  int most = 0;
  for (const Item& item : way) {
    if (item.minimum == 0) continue;
    if (item.kind == Item::Kind::kRule) most = std::max(most, cost_[item.rule]);
    if (item.kind == Item::Kind::kGroup) most = std::max(most, cost_of(item.ways));
  }
  return most;
}

std::string GbnfSampler::sample(base::Random& random, int depth) const {
  std::string out;
  derive(rules_[names_.at("root")], random, depth, out);
  return out;
}

void GbnfSampler::derive(const Ways& ways, base::Random& random, int depth, std::string& out) const {
  const std::vector<Item>* way = &ways[random.below(ways.size())];
  if (depth <= 0 || cost_of(*way) >= kNever) {
    for (const auto& other : ways) {
      if (cost_of(other) < cost_of(*way)) way = &other;
    }
  }
  for (const Item& item : *way) {
    std::uint64_t times = static_cast<std::uint64_t>(item.minimum);
    if (depth > 0) {
      const int room = item.maximum < 0 ? 4 : item.maximum - item.minimum;
      // Mostly few; now and then all that it may.
      times += random.below(8) == 0 ? random.below(static_cast<std::uint64_t>(room) + 1)
                                    : random.below(static_cast<std::uint64_t>(std::min(room, 3)) + 1);
      if (item.maximum > 0 && random.below(32) == 0) times = static_cast<std::uint64_t>(item.maximum);
    }
    for (std::uint64_t i = 0; i < times; ++i) {
      if (item.kind == Item::Kind::kText) out += item.text;
      if (item.kind == Item::Kind::kSet) {
        const auto& [low, high] = item.set[random.below(item.set.size())];
        append_utf8(low + static_cast<char32_t>(random.below(high - low + 1)), out);
      }
      if (item.kind == Item::Kind::kRule) derive(rules_[item.rule], random, depth - 1, out);
      if (item.kind == Item::Kind::kGroup) derive(item.ways, random, depth - 1, out);
    }
  }
}

}  // namespace groundwork::model
