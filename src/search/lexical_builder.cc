#include "search/lexical_builder.h"

#include <algorithm>
#include <tuple>

#include "search/posting_list.h"

namespace groundwork::search {

void LexicalBuilder::add(std::string_view title, std::string_view text) {
  occurrences_.clear();
  length_ = 0;
  next_position_ = 0;
  add_field(title, title_weight_, 0);
  add_field(text, 1, title.empty() ? 0 : next_position_ + kFieldGap);
  std::ranges::sort(occurrences_, [](const Occurrence& a, const Occurrence& b) {
    return std::tie(a.term, a.position) < std::tie(b.term, b.position);
  });
  const auto row = static_cast<Row>(lengths_.size());
  lengths_.push_back(length_);
  for (std::size_t begin = 0; begin < occurrences_.size();) {
    std::size_t end = begin;
    std::uint32_t frequency = 0;
    for (; end < occurrences_.size() && occurrences_[end].term == occurrences_[begin].term; ++end) {
      frequency += occurrences_[end].weight;
    }
    Postings& postings = postings_[occurrences_[begin].term];
    if (postings.rows.size() % kBlockRows == 0) postings.block_positions.push_back(postings.positions.size());
    postings.rows.push_back(row);
    postings.frequencies.push_back(frequency);
    append_varint(static_cast<std::uint32_t>(end - begin), postings.positions);
    std::uint32_t before = 0;
    for (; begin < end; ++begin) {
      append_varint(occurrences_[begin].position - before, postings.positions);
      before = occurrences_[begin].position;
    }
  }
}

void LexicalBuilder::add_field(std::string_view text, std::uint32_t weight, std::uint32_t first_position) {
  for (Token& token : analyzer_.analyze(text)) {
    const auto [entry, added] = terms_.try_emplace(std::move(token.term), static_cast<std::uint32_t>(postings_.size()));
    if (added) postings_.emplace_back();
    occurrences_.push_back({entry->second, first_position + token.position, weight});
    next_position_ = std::max(next_position_, first_position + token.position + 1);
  }
  length_ += weight * static_cast<std::uint32_t>(analyzer_.length());
}

void LexicalBuilder::finish(SegmentFileWriter& writer) && {
  std::vector<std::pair<std::string_view, std::uint32_t>> sorted(terms_.begin(), terms_.end());
  std::ranges::sort(sorted);
  std::string text;
  std::string data;
  std::string positions;
  std::vector<std::uint32_t> offsets;
  std::vector<TermEntry> terms;
  std::vector<BlockEntry> blocks;
  std::vector<Impact> impacts;
  for (const auto& [term, id] : sorted) {
    Postings& postings = postings_[id];
    offsets.push_back(static_cast<std::uint32_t>(text.size()));
    text += term;
    terms.push_back({static_cast<std::uint32_t>(postings.rows.size()), static_cast<std::uint32_t>(blocks.size())});
    Row first = 0;
    for (std::size_t begin = 0; begin < postings.rows.size(); begin += kBlockRows) {
      const std::size_t count = std::min(kBlockRows, postings.rows.size() - begin);
      const std::span rows(postings.rows.data() + begin, count);
      const std::span frequencies(postings.frequencies.data() + begin, count);
      blocks.push_back({rows.back(), static_cast<std::uint32_t>(impacts.size()), data.size(),
                        positions.size() + postings.block_positions[begin / kBlockRows]});
      std::vector<Impact> pairs;
      for (std::size_t i = 0; i < count; ++i) pairs.push_back({frequencies[i], lengths_[rows[i]]});
      pairs = competitive(std::move(pairs));
      impacts.insert(impacts.end(), pairs.begin(), pairs.end());
      encode_block(first, rows, frequencies, data);
      first = rows.back() + 1;
    }
    positions += postings.positions;
    postings = {};
  }
  offsets.push_back(static_cast<std::uint32_t>(text.size()));
  terms.push_back({0, static_cast<std::uint32_t>(blocks.size())});
  blocks.push_back({0, static_cast<std::uint32_t>(impacts.size()), data.size(), positions.size()});
  data.append(8, '\0');  // unpack reads so far behind

  writer.add("term_text", std::move(text));
  writer.add_array<std::uint32_t>("term_offsets", offsets);
  writer.add_array<TermEntry>("terms", terms);
  writer.add_array<BlockEntry>("blocks", blocks);
  writer.add_array<Impact>("impacts", impacts);
  writer.add("postings", std::move(data));
  writer.add("positions", std::move(positions));
  writer.add_array<std::uint32_t>("lengths", lengths_);
}

}  // namespace groundwork::search
