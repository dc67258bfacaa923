-- Numbered tables, numbered figures and callouts in Word documents made with Quarto, in the form that
-- the embedded engine gives them (filters/structure.lua). Quarto's own form lays a table in a table
-- and gives paragraphs their properties twice; Word then speaks of unreadable content.

if FORMAT ~= "docx" then return {} end

local ast, callouts = quarto._quarto.ast, quarto._quarto.modules.callouts

local function always() return true end

ast.add_renderer("FloatRefTarget", always, function(float)
  float = quarto.doc.crossref.decorate_caption_with_crossref(float)
  local is_table = float.identifier:match("^tbl%-") ~= nil
  local caption = pandoc.Div({ pandoc.Para(float.caption_long.content) },
    { ["custom-style"] = is_table and "Table Caption" or "Image Caption" })
  local blocks = quarto.utils.as_blocks(float.content)
  blocks:insert(is_table and 1 or #blocks + 1, caption)
  return pandoc.Div(blocks, { id = float.identifier })
end)

ast.add_renderer("Callout", always, function(callout)
  local title = quarto.utils.as_inlines(callout.title)
  if #title == 0 then title = pandoc.Inlines({ pandoc.Str(callouts.displayName(callout.type)) }) end
  local blocks = quarto.utils.as_blocks(callout.content)
  blocks:insert(1, pandoc.Para({ pandoc.Strong(title) }))
  return pandoc.BlockQuote(blocks)
end)

-- Word's alternative text is what pandoc takes for the image's own text.
return {
  {
    Image = function(image)
      local alternative = image.attributes["fig-alt"] or image.attributes.alt
      if alternative then image.caption = { pandoc.Str(alternative) } end
      return image
    end,
  },
}
