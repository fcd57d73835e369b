#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/kernels.h"

namespace groundwork::model {

/// Shape of a BERT encoder, from its config.json.
struct EncoderShape {
  std::size_t vocabulary = 0;
  std::size_t positions = 0;  ///< the longest sequence
  std::size_t width = 0;      ///< a multiple of 32
  std::size_t layers = 0;
  std::size_t heads = 0;  ///< each of 32 columns
  std::size_t inner = 0;  ///< width of the feed-forward layer, a multiple of 32, at most 2048

  friend bool operator==(const EncoderShape&, const EncoderShape&) = default;
};

/// @errors kInvalidArgument: not JSON, or a shape that isn't supported (other activations, other head sizes)
base::Result<EncoderShape> parse_encoder_shape(std::string_view config_json);

/// A BERT encoder with its weights laid out for this processor. Immutable; thread-safe.
/// @source Devlin et al. 2019, arXiv:1810.04805; post-layer-norm transformer, GELU by the error function
class Encoder {
 public:
  /// OPTIMISATION: with VNNI, from so many different tokens on 8-bit products keep the cosine of a text's vector above
  /// 0.999 and take half the time (108 texts of 138 tokens a second on two cores; onnxruntime's float32: 58 of 113).
  /// The 12 bits of AVX2 keep it above 0.9999 for every text.
  static constexpr std::size_t kFew = 24;

  /// Whether a sequence is not computed in 8 bits: the errors of 8 bits are averaged over its tokens, but equal tokens
  /// err alike ("!?" sixty times had a cosine of 0.9989).
  static bool has_few(std::span<const std::uint32_t> ids);

  /// @param folder        holds config.json and model.safetensors
  /// @param instructions  what to compute with; the best of this processor when not given
  /// @errors kNotFound, kDataLoss: a file is missing or damaged; kInvalidArgument: not such a model
  static base::Result<Encoder> open(const std::filesystem::path& folder,
                                    std::optional<Instructions> instructions = std::nullopt);

  /// The last layer's vectors of several sequences laid end to end, without padding. With a sequence that has_few()
  /// among them none is computed in 8 bits.
  /// @param ids      token ids of all sequences, each below vocabulary
  /// @param lengths  of each sequence, from 1 to positions; they sum up to ids.size()
  /// @return         [ids.size()][width]
  std::vector<float> encode(std::span<const std::uint32_t> ids, std::span<const std::size_t> lengths) const;

  const EncoderShape& shape() const;
  Instructions instructions() const;

  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;
  ~Encoder();

 private:
  struct Impl;
  explicit Encoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace groundwork::model
