#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "text/wordpiece.h"

namespace groundwork::text {

/// The folders of `models` that hold a tokenizer.json, sorted; none where there is no such folder.
std::vector<std::string> tokenizer_names(const std::filesystem::path& models);

/// Models of the folder whose tokenisers can't be read: those that have them inside a GGUF file. Sorted.
std::vector<std::string> unread_tokenizer_names(const std::filesystem::path& models);

/// The tokeniser of a folder of `models`.
/// @errors kNotFound: none of that name (says which there are); kUnimplemented: one of unread_tokenizer_names; those of
///         WordPiece::from_tokenizer_json
base::Result<WordPiece> open_tokenizer(const std::filesystem::path& models, const std::string& name);

/// A tokenizer.json. @errors those of base::read_file and WordPiece::from_tokenizer_json
base::Result<WordPiece> open_tokenizer_file(const std::filesystem::path& file);

}  // namespace groundwork::text
