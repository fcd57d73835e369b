#pragma once

#include <memory>

#include "base/result.h"
#include "model/decoder.h"
#include "model/llama_model.h"

namespace groundwork::model {

/// Computes a Llama transformer with kernels of our own: several sequences' tokens at once, where llama.cpp's kernel
/// for 4-bit weights computes one row after another. What a token's scores are doesn't depend on what else is in its
/// batch, bit by bit, nor on the number of threads.
///
/// Activations are rounded to 8 bits before a product with 4-bit weights, as in llama.cpp, and to 12 before others;
/// keys and values to float16.
/// @source Touvron et al. 2023, arXiv:2302.13971; Su et al. 2021, arXiv:2104.09864 (rotary positions); Kwon et al.
/// 2023,
///         arXiv:2309.06180 (sequences name cells of one memory, and may name the same)
/// @errors kUnimplemented: not such a model, or sizes that the kernels don't take; those of TransformerWeights::open
base::Result<std::unique_ptr<Decoder>> open_transformer(std::shared_ptr<const LlamaModel> model,
                                                        const LlamaDecoderOptions& options);

/// A transformer of our own where it can be, else llama.cpp's.
/// @errors those of open_llama_decoder
base::Result<std::unique_ptr<Decoder>> open_decoder(const std::shared_ptr<const LlamaModel>& model,
                                                    const LlamaDecoderOptions& options);

}  // namespace groundwork::model
