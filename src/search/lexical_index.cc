#include "search/lexical_index.h"

#include <algorithm>
#include <numeric>

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

Result<LexicalIndex> LexicalIndex::open(std::shared_ptr<const SegmentFile> file) {
  LexicalIndex index(std::move(file));
  GW_TRY(const auto text, index.file_->array<char>("term_text"));
  index.term_text_ = {text.data(), text.size()};
  GW_TRY(index.term_offsets_, index.file_->array<std::uint32_t>("term_offsets"));
  GW_TRY(index.terms_, index.file_->array<TermEntry>("terms"));
  GW_TRY(index.blocks_, index.file_->array<BlockEntry>("blocks"));
  GW_TRY(index.impacts_, index.file_->array<Impact>("impacts"));
  GW_TRY(index.postings_, index.file_->bytes("postings"));
  GW_TRY(index.positions_, index.file_->bytes("positions"));
  GW_TRY(index.lengths_, index.file_->array<std::uint32_t>("lengths"));
  GW_CHECK_OK(index.check());
  index.total_length_ = std::accumulate(index.lengths_.begin(), index.lengths_.end(), std::uint64_t{0});
  return index;
}

Status LexicalIndex::check() const {
  const auto contradiction = [&](const char* what) {
    return make_error(Code::kDataLoss, std::string("the index contradicts itself: ") + what, file_->name());
  };
  if (terms_.empty() || term_offsets_.size() != terms_.size() || blocks_.empty()) return contradiction("its terms");
  if (!std::ranges::is_sorted(term_offsets_) || term_offsets_.back() > term_text_.size()) {
    return contradiction("the places of its terms");
  }
  for (std::size_t i = 0; i + 1 < terms_.size(); ++i) {
    const std::uint64_t blocks = (std::uint64_t{terms_[i].documents} + kBlockRows - 1) / kBlockRows;
    if (terms_[i].documents > lengths_.size() || terms_[i].first_block + blocks != terms_[i + 1].first_block) {
      return contradiction("the number of blocks of a term");
    }
  }
  if (terms_.front().first_block != 0 || terms_.back().first_block != blocks_.size() - 1) {
    return contradiction("the number of its blocks");
  }
  for (std::size_t i = 0; i + 1 < blocks_.size(); ++i) {
    if (blocks_[i].first_impact > blocks_[i + 1].first_impact) return contradiction("the impacts of a block");
  }
  return blocks_.back().first_impact > impacts_.size() ? contradiction("the number of its impacts") : Status{};
}

std::string_view LexicalIndex::term(TermId id) const {
  return term_text_.substr(term_offsets_[id], term_offsets_[id + 1] - term_offsets_[id]);
}

TermId LexicalIndex::lower_bound(std::string_view text) const {
  TermId low = 0;
  auto high = static_cast<TermId>(terms());
  while (low < high) {
    const TermId middle = low + (high - low) / 2;
    if (term(middle) < text) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::optional<TermId> LexicalIndex::find(std::string_view text) const {
  const TermId id = lower_bound(text);
  if (id < terms() && term(id) == text) return id;
  return std::nullopt;
}

void LexicalIndex::decode(TermId id, std::size_t block, PostingBlock& out) const {
  const auto all = blocks(id);
  const Row first = block == 0 ? 0 : all[block - 1].last_row + 1;
  const std::size_t count = std::min(kBlockRows, terms_[id].documents - block * kBlockRows);
  decode_block(postings_, all[block].data, first, count, lengths_.size(), out);
}

std::vector<Row> LexicalIndex::rows_of(TermId id) const {
  std::vector<Row> rows;
  PostingBlock block;
  for (std::size_t i = 0; i < blocks(id).size(); ++i) {
    decode(id, i, block);
    rows.insert(rows.end(), block.rows.begin(), block.rows.begin() + static_cast<std::ptrdiff_t>(block.count));
  }
  return rows;
}

std::vector<std::vector<std::uint32_t>> LexicalIndex::positions_of(TermId id, std::span<const Row> rows) const {
  std::vector<std::vector<std::uint32_t>> found(rows.size());
  PostingBlock block;
  std::size_t next = 0;
  for (std::size_t b = 0; b < blocks(id).size() && next < rows.size(); ++b) {
    if (blocks(id)[b].last_row < rows[next]) continue;
    decode(id, b, block);
    std::size_t at = blocks(id)[b].positions;
    for (std::size_t i = 0; i < block.count && next < rows.size(); ++i) {
      const std::uint32_t count = read_varint(positions_, at);
      while (next < rows.size() && rows[next] < block.rows[i]) ++next;
      const bool wanted = next < rows.size() && rows[next] == block.rows[i];
      std::uint32_t position = 0;
      for (std::uint32_t k = 0; k < count && at < positions_.size(); ++k) {
        position += read_varint(positions_, at);
        if (wanted) found[next].push_back(position);
      }
    }
  }
  return found;
}

std::vector<Row> LexicalIndex::rows_of_phrase(std::span<const TermId> ids,
                                              std::span<const std::uint32_t> offsets) const {
  if (ids.empty()) return {};
  std::vector<Row> rows = rows_of(ids[0]);
  for (const TermId id : ids.subspan(1)) {
    const std::vector<Row> others = rows_of(id);
    std::vector<Row> both;
    std::ranges::set_intersection(rows, others, std::back_inserter(both));
    rows = std::move(both);
  }
  // The places where the phrase may begin, narrowed term by term.
  std::vector<std::vector<std::uint32_t>> begins = positions_of(ids[0], rows);
  for (std::size_t i = 1; i < ids.size(); ++i) {
    const auto places = positions_of(ids[i], rows);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      std::erase_if(begins[r], [&](std::uint32_t begin) {
        return !std::ranges::binary_search(places[r], begin + offsets[i] - offsets[0]);
      });
    }
  }
  std::vector<Row> found;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (!begins[r].empty()) found.push_back(rows[r]);
  }
  return found;
}

}  // namespace groundwork::search
