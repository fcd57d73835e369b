#pragma once

// For tests: reads llama.cpp's grammar syntax (the part that gbnf_text() writes) and derives random texts from it.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"

namespace groundwork::model {

class GbnfSampler {
 public:
  /// @errors kInvalidArgument: not a grammar, a rule that is missing, or no "root".
  static base::Result<GbnfSampler> parse(std::string_view grammar);

  /// A text of the grammar. Beyond `depth` rules within rules it takes the shortest way out.
  std::string sample(base::Random& random, int depth = 24) const;

  std::size_t rules() const { return names_.size(); }

 private:
  struct Item {
    enum class Kind { kText, kSet, kRule, kGroup } kind = Kind::kText;
    std::string text;
    std::vector<std::pair<char32_t, char32_t>> set;
    std::size_t rule = 0;
    std::vector<std::vector<Item>> ways;
    int minimum = 1;
    int maximum = 1;
  };
  using Ways = std::vector<std::vector<Item>>;
  class Parser;

  int cost_of(const Ways& ways) const;
  int cost_of(const std::vector<Item>& way) const;
  void derive(const Ways& ways, base::Random& random, int depth, std::string& out) const;

  std::map<std::string, std::size_t, std::less<>> names_;
  std::vector<Ways> rules_;
  std::vector<bool> defined_;
  std::vector<int> cost_;  ///< rules within rules that the shortest text needs
};

}  // namespace groundwork::model
