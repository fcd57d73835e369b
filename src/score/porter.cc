#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "score/rouge.h"

namespace groundwork::score {
namespace {

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

/// For each letter whether it is a consonant: y is one at the start and after a vowel. Digits are.
std::vector<bool> consonants(std::string_view word) {
  std::vector<bool> flags;
  flags.reserve(word.size());
  for (std::size_t i = 0; i < word.size(); ++i) {
    flags.push_back(word[i] == 'y' ? i == 0 || !flags[i - 1] : !is_vowel(word[i]));
  }
  return flags;
}

/// How often a vowel is followed by a consonant: m in Porter's paper.
std::size_t measure(std::string_view stem) {
  const std::vector<bool> flags = consonants(stem);
  std::size_t count = 0;
  for (std::size_t i = 1; i < flags.size(); ++i) count += !flags[i - 1] && flags[i] ? 1 : 0;
  return count;
}

bool has_vowel(std::string_view stem) {
  for (const bool consonant : consonants(stem)) {
    if (!consonant) return true;
  }
  return false;
}

bool ends_double_consonant(std::string_view word) {
  return word.size() >= 2 && word.back() == word[word.size() - 2] && consonants(word).back();
}

/// Consonant, vowel, consonant other than w, x, y; or just vowel and consonant.
bool ends_cvc(std::string_view word) {
  const std::vector<bool> flags = consonants(word);
  const std::size_t n = flags.size();
  if (n == 2) return !flags[0] && flags[1];
  const char last = word.empty() ? 'w' : word.back();
  return n >= 3 && flags[n - 3] && !flags[n - 2] && flags[n - 1] && last != 'w' && last != 'x' && last != 'y';
}

struct Rule {
  std::string_view suffix;
  std::string_view replacement;
};

/// The first rule whose suffix the word has is applied if its stem's measure is above `above`; no other is.
std::string apply(const std::string& word, std::span<const Rule> rules, std::size_t above) {
  for (const Rule& rule : rules) {
    if (!word.ends_with(rule.suffix)) continue;
    const std::string stem = word.substr(0, word.size() - rule.suffix.size());
    if (measure(stem) <= above) return word;
    return stem + std::string(rule.replacement);
  }
  return word;
}

std::string step_1a(const std::string& word) {
  if (word.ends_with("ies")) return word.substr(0, word.size() - (word.size() == 4 ? 1 : 2));
  if (word.ends_with("sses")) return word.substr(0, word.size() - 2);
  if (word.ends_with("ss") || !word.ends_with("s")) return word;
  return word.substr(0, word.size() - 1);
}

std::string step_1b(const std::string& word) {
  if (word.ends_with("ied")) return word.substr(0, word.size() - (word.size() == 4 ? 1 : 2));
  if (word.ends_with("eed"))
    return measure(word.substr(0, word.size() - 3)) > 0 ? word.substr(0, word.size() - 1) : word;
  std::string stem;
  for (const std::string_view suffix : {"ed", "ing"}) {
    if (!word.ends_with(suffix)) continue;
    stem = word.substr(0, word.size() - suffix.size());
    if (has_vowel(stem)) break;
    stem.clear();
  }
  if (stem.empty()) return word;
  if (stem.ends_with("at") || stem.ends_with("bl") || stem.ends_with("iz")) return stem + "e";
  if (ends_double_consonant(stem)) {
    const char last = stem.back();
    return last == 'l' || last == 's' || last == 'z' ? stem : stem.substr(0, stem.size() - 1);
  }
  return measure(stem) == 1 && ends_cvc(stem) ? stem + "e" : stem;
}

std::string step_1c(const std::string& word) {
  if (!word.ends_with("y")) return word;
  const std::string stem = word.substr(0, word.size() - 1);
  return stem.size() > 1 && consonants(stem).back() ? stem + "i" : word;
}

std::string step_2(const std::string& word) {
  static constexpr std::array<Rule, 21> kRules = {
      {{"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"},
       {"bli", "ble"},     {"alli", "al"},     {"entli", "ent"}, {"eli", "e"},     {"ousli", "ous"},
       {"ization", "ize"}, {"ation", "ate"},   {"ator", "ate"},  {"alism", "al"},  {"iveness", "ive"},
       {"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"},  {"iviti", "ive"}, {"biliti", "ble"},
       {"fulli", "ful"}}};
  if (word.ends_with("alli") && measure(word.substr(0, word.size() - 4)) > 0) {
    return step_2(word.substr(0, word.size() - 2));
  }
  if (word.ends_with("logi")) {  // the l belongs to what is measured
    return measure(word.substr(0, word.size() - 3)) > 0 ? word.substr(0, word.size() - 1) : word;
  }
  return apply(word, kRules, 0);
}

std::string step_3(const std::string& word) {
  static constexpr std::array<Rule, 7> kRules = {
      {{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"}, {"ical", "ic"}, {"ful", ""}, {"ness", ""}}};
  return apply(word, kRules, 0);
}

std::string step_4(const std::string& word) {
  static constexpr std::array<Rule, 11> kBefore = {{{"al", ""},
                                                    {"ance", ""},
                                                    {"ence", ""},
                                                    {"er", ""},
                                                    {"ic", ""},
                                                    {"able", ""},
                                                    {"ible", ""},
                                                    {"ant", ""},
                                                    {"ement", ""},
                                                    {"ment", ""},
                                                    {"ent", ""}}};
  static constexpr std::array<Rule, 7> kAfter = {
      {{"ou", ""}, {"ism", ""}, {"ate", ""}, {"iti", ""}, {"ous", ""}, {"ive", ""}, {"ize", ""}}};
  if (word.ends_with("ion")) {
    const std::string stem = word.substr(0, word.size() - 3);
    return measure(stem) > 1 && (stem.back() == 's' || stem.back() == 't') ? stem : word;
  }
  const std::string once = apply(word, kBefore, 1);
  return once.size() < word.size() ? once : apply(word, kAfter, 1);
}

std::string step_5(std::string word) {
  if (word.ends_with("e")) {
    const std::string stem = word.substr(0, word.size() - 1);
    const std::size_t m = measure(stem);
    if (m > 1 || (m == 1 && !ends_cvc(stem))) word = stem;
  }
  if (word.ends_with("ll") && measure(word.substr(0, word.size() - 1)) > 1) word.pop_back();
  return word;
}

std::string_view irregular(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kForms = {{{"sky", "sky"},
                                                                                            {"skies", "sky"},
                                                                                            {"dying", "die"},
                                                                                            {"lying", "lie"},
                                                                                            {"tying", "tie"},
                                                                                            {"news", "news"},
                                                                                            {"innings", "inning"},
                                                                                            {"inning", "inning"},
                                                                                            {"outings", "outing"},
                                                                                            {"outing", "outing"},
                                                                                            {"cannings", "canning"},
                                                                                            {"canning", "canning"},
                                                                                            {"howe", "howe"},
                                                                                            {"proceed", "proceed"},
                                                                                            {"exceed", "exceed"},
                                                                                            {"succeed", "succeed"}}};
  for (const auto& [form, stem] : kForms) {
    if (form == word) return stem;
  }
  return {};
}

}  // namespace

std::string porter_stem(std::string word) {
  if (const std::string_view known = irregular(word); !known.empty()) return std::string(known);
  if (word.size() <= 2) return word;
  return step_5(step_4(step_3(step_2(step_1c(step_1b(step_1a(word)))))));
}

}  // namespace groundwork::score
