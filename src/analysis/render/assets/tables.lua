-- Gives the report's tables their form in typst and docx: column widths by the length of the text,
-- and the cells' colours. Both engines use it, so that a table is laid out alike in both.

-- The site shows the HTML of a table instead; Quarto runs the filter there too.
if FORMAT:match("^html") then return {} end

local TYPST = FORMAT == "typst"

-- Characters of table text that a page's width holds, and the room that a cell's margins take;
-- Word's text is larger and its page narrower.
local LINE, MARGINS = TYPST and 100 or 62, TYPST and 2 or 3

local function longest_word(text)
  local longest = 0
  for word in text:gmatch("%S+") do
    -- In Word, where room is scarce, the wide letters are counted as wide.
    local _, wide = word:gsub("[mwMW]", "")
    longest = math.max(longest, pandoc.text.len(word) + (TYPST and 0 or wide / 2))
  end
  return longest
end

-- Each column first gets room for its longest word; the rest of the line goes to the columns whose
-- text would break.
local function set_widths(tbl)
  local least, wanted = {}, {}
  local function measure(rows, heading)
    for _, row in ipairs(rows) do
      for i, cell in ipairs(row.cells) do
        local text = pandoc.utils.stringify(cell.contents)
        local word = longest_word(text) + MARGINS
        least[i] = math.max(least[i] or 6, word)
        local length = heading and word or math.min(pandoc.text.len(text) + MARGINS, 36)
        wanted[i] = math.max(wanted[i] or 6, length, word)
      end
    end
  end
  measure(tbl.head.rows, true)
  for _, body in ipairs(tbl.bodies) do measure(body.body, false) end
  local needed, missing, total = 0, 0, 0
  for i in ipairs(wanted) do
    needed, missing = needed + least[i], missing + wanted[i] - least[i]
  end
  local share = missing > 0 and math.max(0, math.min(1, (LINE - needed) / missing)) or 0
  for i in ipairs(wanted) do
    least[i] = least[i] + share * (wanted[i] - least[i])
    total = total + least[i]
  end
  tbl.colspecs = pandoc.List(tbl.colspecs):map(function(spec, i)
    return { spec[1], least[i] / total }
  end)
end

-- A cell's lines end at <br>.
local function set_lines(cell)
  cell.contents = cell.contents:walk({
    RawInline = function(inline) if inline.text == "<br>" then return pandoc.LineBreak() end end,
  })
end

-- Word's columns are narrow: there the words of a heading's line may part.
local function part_words(cell)
  cell.contents = cell.contents:walk({
    Str = function(str) if not TYPST then return pandoc.Str((str.text:gsub("\u{A0}", " "))) end end,
  })
end

-- A coloured cell is a span that says which colour.
local function set_fill(cell)
  cell.contents = cell.contents:walk({
    Span = function(span)
      local fill = span.attributes.fill
      if not fill then return nil end
      if TYPST then cell.attributes["typst:fill"] = 'rgb("' .. fill .. '")' end
      return span.content
    end,
  })
end

local function each_cell(rows, act)
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row.cells) do
      act(cell)
      row.cells[i] = cell
    end
  end
end

local function dressed(tbl)
  each_cell(tbl.head.rows, set_lines)
  each_cell(tbl.head.rows, part_words)
  for _, body in ipairs(tbl.bodies) do
    each_cell(body.body, set_lines)
    each_cell(body.body, set_fill)
  end
  set_widths(tbl)
  return tbl
end

-- A page of one's own may hold a table in HTML, which neither format has.
local function from_html(block)
  if block.format:match("^html") and block.text:find("<table[%s>]") then
    return pandoc.read(block.text, "html").blocks
  end
end

-- Quarto marks every table so: its number and caption belong to the float around it.
local function without_figure(tbl)
  if TYPST then tbl.classes:insert("typst:no-figure") end
  return tbl
end

return {
  {
    RawBlock = from_html,
    Div = function(div)
      if div.classes:includes("nki-paper") then return div:walk({ Table = dressed }) end
    end,
  },
  { Table = without_figure },
}
