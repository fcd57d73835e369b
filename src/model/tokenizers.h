#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "text/tokenizer.h"

namespace groundwork::model {

/// The folders of `models` that hold a tokenizer.json or a GGUF file, sorted; none where there is no such folder.
std::vector<std::string> tokenizer_names(const std::filesystem::path& models);

/// Whether the path is a file, or a folder that holds a tokenizer.json or a GGUF file.
bool has_tokenizer(const std::filesystem::path& path);

/// The tokeniser of a folder of `models`.
/// @errors kNotFound: none of that name (says which there are); those of open_tokenizer_at
base::Result<std::shared_ptr<const text::Tokenizer>> open_tokenizer(const std::filesystem::path& models,
                                                                    const std::string& name);

/// A tokenizer.json of WordPiece, a GGUF file, or a folder with one of them.
/// @errors those of base::read_file, WordPiece::from_tokenizer_json and open_gguf_tokenizer
base::Result<std::shared_ptr<const text::Tokenizer>> open_tokenizer_at(const std::filesystem::path& path);

/// The tokeniser in a GGUF file, as llama.cpp has it, without the weights. A text's "<|im_start|>" stays text.
/// @errors those of Gguf::open and language_model_header; kInvalidArgument: llama.cpp doesn't take it; kUnimplemented:
///         not a byte-level BPE, whose tokens are the text's bytes in order
base::Result<std::shared_ptr<const text::Tokenizer>> open_gguf_tokenizer(const std::filesystem::path& file);

}  // namespace groundwork::model
