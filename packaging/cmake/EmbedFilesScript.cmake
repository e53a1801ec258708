# SPDX-License-Identifier: Apache-2.0
# Writes the .cpp of tinsmith_embed().
file(STRINGS ${LIST} paths)
set(text "#include \"core/graph/embedded.h\"\n\nnamespace tinsmith {\nnamespace {\nconst EmbeddedFile files[] = {\n")
foreach(path IN LISTS paths)
  file(READ ${path} content)
  file(RELATIVE_PATH name ${BASE} ${path})
  string(APPEND text "    {\"${name}\", R\"tsm~(${content})tsm~\"},\n")
endforeach()
string(APPEND text "};\n} // namespace\n\nstd::span<const EmbeddedFile> ${FUNCTION}();\n"
  "std::span<const EmbeddedFile> ${FUNCTION}() { return files; }\n} // namespace tinsmith\n")
file(WRITE ${OUTPUT} "${text}")
