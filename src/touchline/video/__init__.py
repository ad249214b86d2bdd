from touchline.video.nouns import Recipe, Window
