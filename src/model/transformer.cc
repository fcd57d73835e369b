#include "model/transformer.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "model/llama_kernels.h"
#include "model/sequence_cells.h"
#include "model/transformer_weights.h"
#include "model/work_crew.h"

namespace groundwork::model {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

const TransformerKernels* transformer_kernels() {
#if defined(__x86_64__)
  return llama_kernels().ok() ? transformer_kernels_avx2() : nullptr;
#else
  return nullptr;
#endif
}

namespace {

/// The activations of one batch.
struct Activations {
  std::vector<float> x;         ///< [rows][width]
  std::vector<float> normed;    ///< [rows][width]; later of the rows that are scored
  std::vector<float> query;     ///< [rows][width]
  std::vector<float> key;       ///< [rows][keys]
  std::vector<float> value;     ///< [rows][keys]
  std::vector<float> attended;  ///< [rows][width]
  std::vector<float> gate;      ///< [rows][inner]
  std::vector<float> up;        ///< [rows][inner]
  std::vector<std::int8_t> bytes;
  std::vector<float> scales, sums;
  std::vector<float> scratch;  ///< of the attention, for each member of the crew
};

class Transformer final : public Decoder {
 public:
  Transformer(std::shared_ptr<const LlamaModel> model, TransformerWeights weights, const TransformerKernels& kernels,
              Limits limits, std::size_t threads)
      : model_(std::move(model)),
        weights_(std::move(weights)),
        shape_(weights_.shape()),
        kernels_(kernels),
        limits_(limits),
        cells_(static_cast<std::size_t>(limits.cells), static_cast<std::size_t>(limits.sequences)),
        crew_(threads) {
    const auto rows = static_cast<std::size_t>(limits.batch);
    const auto cells = static_cast<std::size_t>(limits.cells);
    // Not touched before it's used: memory that no sequence needed yet is not taken from the machine.
    keys_.reset(new std::uint16_t[shape_.layers * shape_.keys() * cells]);
    values_.reset(new std::uint16_t[shape_.layers * shape_.keys() * cells]);
    for (std::vector<float>* part : {&a_.x, &a_.normed, &a_.query, &a_.attended}) part->resize(rows * shape_.width);
    for (std::vector<float>* part : {&a_.key, &a_.value}) part->resize(rows * shape_.keys());
    for (std::vector<float>* part : {&a_.gate, &a_.up}) part->resize(rows * shape_.inner);
    const std::size_t widest = std::max(shape_.width, shape_.inner);
    a_.bytes.resize(rows * widest);
    a_.scales.resize(rows * widest / kQ4Inputs);
    a_.sums.resize(a_.scales.size());
    a_.scratch.resize(crew_.size() * scratch_size());
    make_rotations();
  }

  Limits limits() const override { return limits_; }
  std::string bytes_of(Token token) const override { return model_->bytes_of(token); }
  bool ends(Token token) const override { return model_->ends(token); }

  Status decode(std::span<const BatchToken> batch) override {
    assert(batch.size() <= static_cast<std::size_t>(limits_.batch));
    if (batch.size() > cells_.free()) return make_error(Code::kResourceExhausted, "the model's memory is full");
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (batch[i].token < 0 || static_cast<std::size_t>(batch[i].token) >= shape_.vocabulary) {
        return make_error(Code::kInternal, "no such token: " + std::to_string(batch[i].token));
      }
      GW_CHECK_OK(weights_.embedding(batch[i].token, std::span(a_.x).subspan(i * shape_.width, shape_.width)));
    }
    new_cells_.clear();
    scored_.clear();
    for (std::size_t i = 0; i < batch.size(); ++i) {
      assert(static_cast<std::size_t>(batch[i].position) == cells_.of(batch[i].sequence).size());
      new_cells_.push_back(cells_.append(batch[i].sequence));
      if (batch[i].scored) scored_.push_back(i);
    }
    scores_.resize(scored_.size() * shape_.vocabulary);
    crew_.run([&](WorkCrew::Member member) {
      for (std::size_t layer = 0; layer < shape_.layers; ++layer) {
        attend(layer, batch, member);
        feed_forward(layer, batch.size(), member);
      }
      score(member);
    });
    return {};
  }

  std::span<float> scores(std::size_t index) override {
    const auto found = std::ranges::lower_bound(scored_, index);
    assert(found != scored_.end() && *found == index);
    return std::span(scores_).subspan(static_cast<std::size_t>(found - scored_.begin()) * shape_.vocabulary,
                                      shape_.vocabulary);
  }

  void share(std::int32_t from, std::int32_t to, std::int32_t tokens) override { cells_.share(from, to, tokens); }
  void forget(std::int32_t sequence) override { cells_.forget(sequence); }

 private:
  using Member = WorkCrew::Member;

  std::size_t scratch_size() const {
    return shape_.heads / shape_.shared_heads * attend_scratch(static_cast<std::size_t>(limits_.context));
  }

  ByteRows byte_rows() { return {a_.bytes.data(), a_.scales.data(), a_.sums.data()}; }

  void make_rotations() {
    const std::size_t half = shape_.head_width / 2;
    rotations_.resize(static_cast<std::size_t>(limits_.context) * shape_.head_width);
    for (std::size_t position = 0; position < static_cast<std::size_t>(limits_.context); ++position) {
      for (std::size_t i = 0; i < half; ++i) {
        const double turn = std::pow(shape_.rope_base, -static_cast<double>(i) / static_cast<double>(half));
        const double angle = static_cast<double>(position) * turn;
        rotations_[position * shape_.head_width + 2 * i] = static_cast<float>(std::cos(angle));
        rotations_[position * shape_.head_width + 2 * i + 1] = static_cast<float>(std::sin(angle));
      }
    }
  }

  /// This member's part of out = a W^T, or out += a W^T. All rows of `a` are in the byte rows too.
  void multiply(const std::vector<float>& a, std::size_t rows, const TransformerMatrix& matrix, std::vector<float>& out,
                bool added, Member member) {
    const auto [first, last] = member.share(matrix.outputs, 16);
    const Outputs outputs{first, last, out.data(), matrix.outputs, added};
    if (matrix.blocks.empty()) {
      kernels_.multiply(a.data(), rows, matrix.rounded, outputs);
    } else {
      kernels_.multiply_q4(byte_rows(), rows, matrix.inputs, matrix.blocks.data(), outputs);
    }
  }

  void norm_rows(const std::vector<float>& gamma, std::size_t rows, Member member) {
    const auto [first, last] = member.share(rows);
    for (std::size_t row = first; row < last; ++row) {
      float* normed = a_.normed.data() + row * shape_.width;
      kernels_.rms_norm(a_.x.data() + row * shape_.width, gamma.data(), shape_.width, shape_.epsilon, normed);
      kernels_.quantise(normed, shape_.width, byte_rows(), row);
    }
  }

  std::uint16_t* keys_of(std::size_t layer, std::size_t head) {
    return keys_.get() +
           (layer * shape_.shared_heads + head) * static_cast<std::size_t>(limits_.cells) * shape_.head_width;
  }
  std::uint16_t* values_of(std::size_t layer, std::size_t head) {
    return values_.get() + (keys_of(layer, head) - keys_.get());
  }

  /// Turns queries and keys by their positions and puts keys and values into the row's cell.
  void place(std::size_t layer, std::size_t row, std::size_t position) {
    const std::size_t width = shape_.head_width;
    const float* table = rotations_.data() + position * width;
    const float scale = 1.0F / std::sqrt(static_cast<float>(width));
    for (std::size_t head = 0; head < shape_.heads; ++head) {
      kernels_.rotate(a_.query.data() + row * shape_.width + head * width, table, width, scale);
    }
    const std::size_t at = static_cast<std::size_t>(new_cells_[row]) * width;
    for (std::size_t head = 0; head < shape_.shared_heads; ++head) {
      float* key = a_.key.data() + row * shape_.keys() + head * width;
      kernels_.rotate(key, table, width, 1.0F);
      kernels_.to_half(key, width, keys_of(layer, head) + at);
      kernels_.to_half(a_.value.data() + row * shape_.keys() + head * width, width, values_of(layer, head) + at);
    }
  }

  void attend(std::size_t index, std::span<const BatchToken> batch, Member member) {
    const TransformerLayer& layer = weights_.layer(index);
    const std::size_t rows = batch.size();
    norm_rows(layer.attention_norm, rows, member);
    member.wait();
    multiply(a_.normed, rows, layer.query, a_.query, false, member);
    multiply(a_.normed, rows, layer.key, a_.key, false, member);
    multiply(a_.normed, rows, layer.value, a_.value, false, member);
    member.wait();
    const auto [first, last] = member.share(rows);
    for (std::size_t row = first; row < last; ++row) place(index, row, static_cast<std::size_t>(batch[row].position));
    member.wait();
    // Dealt out one by one: later rows of a prompt attend to more.
    const std::size_t together = shape_.heads / shape_.shared_heads;
    for (std::size_t part = member.index(); part < rows * shape_.shared_heads; part += member.size()) {
      const std::size_t row = part / shape_.shared_heads;
      const std::size_t head = part % shape_.shared_heads;
      const AttendedCells to{keys_of(index, head), values_of(index, head), cells_.of(batch[row].sequence).data(),
                             static_cast<std::size_t>(batch[row].position) + 1};
      const std::size_t at = row * shape_.width + head * together * shape_.head_width;
      kernels_.attend(a_.query.data() + at, together, shape_.head_width, to,
                      a_.scratch.data() + member.index() * scratch_size(), a_.attended.data() + at);
    }
    member.wait();
    for (std::size_t row = first; row < last; ++row) {
      kernels_.quantise(a_.attended.data() + row * shape_.width, shape_.width, byte_rows(), row);
    }
    member.wait();
    multiply(a_.attended, rows, layer.attention_out, a_.x, true, member);
    member.wait();
  }

  void feed_forward(std::size_t index, std::size_t rows, Member member) {
    const TransformerLayer& layer = weights_.layer(index);
    norm_rows(layer.inner_norm, rows, member);
    member.wait();
    multiply(a_.normed, rows, layer.gate, a_.gate, false, member);
    multiply(a_.normed, rows, layer.up, a_.up, false, member);
    member.wait();
    const auto [first, last] = member.share(rows);
    for (std::size_t row = first; row < last; ++row) {
      float* gate = a_.gate.data() + row * shape_.inner;
      kernels_.swiglu(gate, a_.up.data() + row * shape_.inner, shape_.inner);
      kernels_.quantise(gate, shape_.inner, byte_rows(), row);
    }
    member.wait();
    multiply(a_.gate, rows, layer.down, a_.x, true, member);
    member.wait();
  }

  void score(Member member) {
    const auto [first, last] = member.share(scored_.size());
    for (std::size_t i = first; i < last; ++i) {
      float* normed = a_.normed.data() + i * shape_.width;
      kernels_.rms_norm(a_.x.data() + scored_[i] * shape_.width, weights_.output_norm().data(), shape_.width,
                        shape_.epsilon, normed);
      kernels_.quantise(normed, shape_.width, byte_rows(), i);
    }
    member.wait();
    multiply(a_.normed, scored_.size(), weights_.output(), scores_, false, member);
  }

  std::shared_ptr<const LlamaModel> model_;  // its vocabulary
  TransformerWeights weights_;
  const TransformerShape& shape_;
  const TransformerKernels& kernels_;
  Limits limits_;
  SequenceCells cells_;
  WorkCrew crew_;
  std::unique_ptr<std::uint16_t[]> keys_;    ///< [layers][shared heads][cells][head width], float16
  std::unique_ptr<std::uint16_t[]> values_;  ///< the same
  std::vector<float> rotations_;             ///< [positions][head width]: cosine and sine by turns
  Activations a_;
  std::vector<std::int32_t> new_cells_;  ///< of the batch's tokens
  std::vector<std::size_t> scored_;      ///< tokens of the batch, ascending
  std::vector<float> scores_;            ///< [scored][vocabulary]
};

}  // namespace

Result<std::unique_ptr<Decoder>> open_transformer(std::shared_ptr<const LlamaModel> model,
                                                  const LlamaDecoderOptions& options) {
  const TransformerKernels* kernels = transformer_kernels();
  if (kernels == nullptr) return make_error(Code::kUnimplemented, "there are no kernels for this processor");
  GW_TRY(TransformerWeights weights, TransformerWeights::open(model->file(), model->gguf()));
  const Decoder::Limits limits = decoder_limits(*model, options);
  return std::unique_ptr<Decoder>(std::make_unique<Transformer>(std::move(model), std::move(weights), *kernels, limits,
                                                                static_cast<std::size_t>(decoder_threads(options))));
}

Result<std::unique_ptr<Decoder>> open_decoder(const std::shared_ptr<const LlamaModel>& model,
                                              const LlamaDecoderOptions& options) {
  auto own = open_transformer(model, options);
  if (own.ok() || own.error().code != Code::kUnimplemented) return own;
  return open_llama_decoder(model, options);
}

}  // namespace groundwork::model
